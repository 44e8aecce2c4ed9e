"""One mail as its sender orders it, and the part of a night that its reader may see."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from pipeline.normalise.codes import without_zeros

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pipeline.report.night import Night

Kind = Literal["daily", "weekly"]
Audience = Literal["owner", "chairman", "officer", "unit"]


@dataclass(frozen=True)
class Letter:
    """What one mail is: whose, to whom, when, in which words; what it tells comes from the night."""

    sender: str  # plain addresses, name@host
    recipient: str
    message_id: str  # with its angle brackets
    sent_at: datetime  # aware; the core reads no clock
    lang: str = "vi"
    kind: Kind = "daily"
    audience: Audience = "owner"
    officer: str | None = None  # audience "officer": whose lines,
    fields: frozenset[str] = frozenset()  # or the lines of which fields (lĩnh vực)
    unit_code: str | None = None  # audience "unit"
    unit: str | None = None  # its name
    attach_work_list: bool = False
    reply_to: str | None = None
    report_place: str = ""  # where the full report lies on the office's machine
    holidays: Mapping[str, Any] = field(default_factory=dict[str, Any])  # as Settings.holidays; for working days

    def __post_init__(self) -> None:
        """Refuse what would make a mail that nobody can place in time or that nobody may see.

        Raises:
            ValueError: a naive sent_at, or an audience without what it sees.
        """
        if self.sent_at.tzinfo is None:
            raise ValueError("Letter.sent_at: a time without a zone")
        if self.audience == "officer" and not (self.officer or self.fields):
            raise ValueError("Letter: an officer's mail needs officer or fields")
        if self.audience == "unit" and not self.unit_code:
            raise ValueError("Letter: a unit's mail needs unit_code")


def for_audience(night: Night, letter: Letter) -> Night:
    """The night with the lines that the letter's reader may see; owner and chairman see all.

    An officer sees the own lines, and those of the letter's fields that name nobody; a letter for fields alone shows
    every line of these fields. A unit sees the lines of its code, leading zeros aside. Sources and notices stay:
    whether the books could be compared concerns everybody.
    """
    if letter.audience in {"owner", "chairman"}:
        return night
    theirs = _only(night, _is_theirs(letter))
    return _with_sides_of(theirs, letter.unit_code) if letter.unit_code else theirs


def of_unit(night: Night, unit_code: str) -> Night:
    """The night with the lines of one unit, leading zeros aside."""
    return _with_sides_of(_only(night, _is_of_unit(unit_code)), unit_code)


def _is_of_unit(unit_code: str) -> pl.Expr:
    return without_zeros(pl.col("unit_code")) == without_zeros(pl.lit(unit_code))


def _with_sides_of(night: Night, unit_code: str) -> Night:
    if night.sides is None:
        return night
    return replace(night, sides=night.sides.filter(_is_of_unit(unit_code)))


def _only(night: Night, is_theirs: pl.Expr) -> Night:
    """These lines only, and no word on how other units stand."""
    seen = {name: getattr(night, name).filter(is_theirs) for name in ("open", "fixed", "withdrawn")}
    told = night.outcome
    alone = replace(told, mismatches=told.mismatches.filter(is_theirs), units=told.units.clear())
    return replace(night, outcome=alone, **seen)


def _is_theirs(letter: Letter) -> pl.Expr:
    if letter.audience == "unit":
        return _is_of_unit(letter.unit_code or "")
    is_of_field = pl.col("field_name").is_in(list(letter.fields))
    if not letter.officer:
        return is_of_field
    return is_named([letter.officer]) | (pl.col("officer").is_null() & is_of_field)


def is_named(officers: Sequence[str]) -> pl.Expr:
    """Whether the officer is one of these, capitals and blanks aside; accents tell people apart."""
    return _spoken(pl.col("officer").cast(pl.String)).is_in(
        _spoken(pl.lit(pl.Series(officers, dtype=pl.String))).implode()
    )


def _spoken(name: pl.Expr) -> pl.Expr:
    return name.str.normalize("NFC").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
