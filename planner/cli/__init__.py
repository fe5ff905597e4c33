"""The command line: a thin front over the same functions as the page."""
