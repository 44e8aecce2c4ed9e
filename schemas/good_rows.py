"""What makes a row good, as expressions: all that the V rules of rows.py check, to be asked of a whole file at once.

Importing pandera takes as long as reading a commune's year. It is needed only to tell which rule a row breaks.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from schemas.tables import CASE_ROW, LOGBOOK_ROW

if TYPE_CHECKING:
    from collections.abc import Callable

SLIP = "1d"  # a day too many or too few is a slip of the pen, left to linking and M08; more is a wrong date
MAXIMUM_YEARS = 10  # no procedure of the national catalogue takes longer; a later date is a mistyped year


def is_false(name: str) -> pl.Expr:
    """A flag that is not set; one that nobody looked at is null."""
    return ~pl.col(name)


def is_not_before_receipt(name: str) -> pl.Expr:
    """A day on or after receipt, but for a slip; true where either is not known."""
    earliest = pl.col("received_on").dt.offset_by(f"-{SLIP}")
    return (pl.col(name) >= earliest).fill_null(value=True)


def is_within_years_of_receipt(name: str) -> pl.Expr:
    """A day that a dossier can wait for; true where it or receipt is not known."""
    latest = pl.col("received_on").dt.offset_by(f"{MAXIMUM_YEARS}y")
    return (pl.col(name) <= latest).fill_null(value=True)


def is_readable_code(name: str) -> pl.Expr:
    """A full code, which alone has a unit, or two of them, which another rule tells."""
    return pl.col(name).is_not_null() | pl.col("has_two_codes")


def can_be_identified(serial: str) -> pl.Expr:
    """The serial of a code, or a name and a day; what other rules tell passes."""
    by_person = pl.col("applicant_name").is_not_null() & pl.col("received_on").is_not_null()
    return pl.col(serial).is_not_null() | by_person | pl.col("has_unreadable_received") | pl.col("has_two_codes")


FLAGS = ("is_ragged", "has_two_codes", "has_unreadable_received", "has_unreadable_due", "has_unreadable_returned")
Checks = tuple[tuple[str, "Callable[[str], pl.Expr]"], ...]
EITHER: Checks = (
    *((flag, is_false) for flag in FLAGS),
    *(
        (day, is_right)
        for day in ("due_on", "returned_on")
        for is_right in (is_not_before_receipt, is_within_years_of_receipt)
    ),
)
CASE: Checks = (*EITHER, ("unit_code", is_readable_code), ("has_unreadable_finished", is_false))
LINE: Checks = (*EITHER, ("serial", can_be_identified))


@cache
def is_good(*, is_logbook: bool) -> pl.Expr:
    """Whether a row keeps every rule; false where that cannot be said."""
    checks = LINE if is_logbook else CASE
    return pl.all_horizontal(is_right(name).fill_null(value=False) for name, is_right in checks)


def has_columns(rows: pl.DataFrame, *, is_logbook: bool) -> bool:
    """Whether all that is looked at is there and of its type."""
    looked_at = is_good(is_logbook=is_logbook).meta.root_names()
    types = LOGBOOK_ROW if is_logbook else CASE_ROW
    return all(rows.schema.get(name) == types[name] for name in looked_at)
