"""What a person got from Meta on one day: fetched, told apart, read file by file; knows no store."""
