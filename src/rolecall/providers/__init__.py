"""Providers: one file for each service that takes files and runs jobs."""
