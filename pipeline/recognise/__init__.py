"""Recognise what a sheet is: its feed, its header, what each column means, which rows are data."""

from pipeline.recognise.sheets import recognise
from pipeline.recognise.table import Table

__all__ = ["Table", "recognise"]
