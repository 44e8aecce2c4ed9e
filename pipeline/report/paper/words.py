"""Numbers, days and the office's own words as the paper writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.period import Period

DAY = "%d/%m/%Y"
ROMAN = ("I", "II", "III", "IV")
THOUSANDS = {"vi": ".", "en": ","}


@dataclass(frozen=True)
class Office:
    """[paper] of doichieu.toml, dots where it says nothing: who writes, where, who signs, who gets a copy."""

    issuer: tuple[str, ...]
    place: str
    number_suffix: str
    signer: tuple[str, ...]
    recipients: tuple[str, ...]


def office_of(own: Mapping[str, Any], phrases: Mapping[str, str]) -> Office:
    """The office's words over the blanks."""
    blank = {name: phrases[f"paper.office.{name}"] for name in ("issuer", "number_suffix", "signer", "recipients")}
    lines = {name: tuple(own.get(name) or blank[name].split("\n")) for name in ("issuer", "signer", "recipients")}
    return Office(
        issuer=tuple(line.upper() for line in lines["issuer"]),
        place=own.get("place") or phrases["paper.blank"],
        number_suffix=own.get("number_suffix") or blank["number_suffix"],
        signer=tuple(line.upper() for line in lines["signer"]),
        recipients=lines["recipients"],
    )


def number(count: int, lang: str) -> str:
    """4677 → 4.677, as Vietnamese papers write it (4,677 in English)."""
    return f"{count:,}".replace(",", THOUSANDS[lang])


def signed(difference: pl.Expr, lang: str) -> pl.Expr:
    """A difference with its sign; 0 has none."""
    digits = _grouped(difference.abs().cast(pl.String), THOUSANDS[lang])
    sign = pl.when(difference > 0).then(pl.lit("+")).when(difference < 0).then(pl.lit("\N{MINUS SIGN}"))
    return sign.otherwise(pl.lit("")) + digits


def numbered(rows: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """The rows with their place before them, from 1."""
    return tuple((str(place), *row) for place, row in enumerate(rows, start=1))


def day(one: date | None) -> str:
    """A day as 05/03/2026; nothing for none."""
    return f"{one:{DAY}}" if one else ""


def period_name(period: Period, phrases: Mapping[str, str]) -> str:
    """The period in words: "tháng 3 năm 2026", "6 tháng đầu năm 2026"."""
    kind = f"half_year_{period.number}" if period.kind == "half-year" else period.kind
    shown = ROMAN[period.number - 1] if kind == "quarter" else period.number
    return phrases[f"paper.period.{kind}"].format(number=shown, year=period.year)


def texts(frame: pl.DataFrame, blanks: Mapping[str, str], lang: str) -> list[tuple[str, ...]]:
    """The cells of a table as a reader sees them; `blanks` says what stands for nothing in a column."""
    shown = [_text(name, kind, lang).fill_null(blanks.get(name, "")).alias(name) for name, kind in frame.schema.items()]
    return frame.select(shown).rows()


def _text(name: str, kind: pl.DataType, lang: str) -> pl.Expr:
    if kind == pl.Date:
        return pl.col(name).dt.strftime(DAY)
    if kind.is_integer():
        return _grouped(pl.col(name).cast(pl.String), THOUSANDS[lang])
    return pl.col(name).cast(pl.String)


def _grouped(digits: pl.Expr, mark: str) -> pl.Expr:
    """Digits in groups of three; twice is enough for what a province counts."""
    once = digits.str.replace(r"(\d)(\d{3})$", rf"${{1}}{mark}${{2}}")
    return once.str.replace(rf"(\d)(\d{{3}})(\{mark})", rf"${{1}}{mark}${{2}}${{3}}")
