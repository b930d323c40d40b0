"""What a person got from Meta on one day: fetched, told apart, read file by file; knows no store.

A `Download` is what is handed on: `separating` makes several of one where a command names several, `reading`
gives the files of one, with what the sources make of them.
"""
