"""Small frames as aligned text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rich.table import Table

UNBROKEN = (
    "urgency",
    "rule_id",
    "dossier_code",
    "returned",
    "due_on",
    "where",
    "file",
    "source",
    "mark",
)  # columns whose cells stay on one line
# Escape sequences and right-to-left marks could rewrite the terminal.
INVISIBLE = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}&&[^\n]]+"


def aligned(
    frame: pl.DataFrame, headings: Sequence[str], *, right: Collection[str] = (), styles: Sequence[str] = ()
) -> Table:
    """A frame of a screenful as a table without lines; `right` are columns of numbers; without headings, a list."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=bool(headings), header_style="underline")
    for name, heading in zip(frame.columns, headings or frame.columns, strict=True):
        _add_column(table, name, heading, is_number=name in right)
    for line, style in zip(_printable(frame).iter_rows(), styles or [""] * frame.height, strict=True):
        table.add_row(*line, style=style)
    return table


def _add_column(table: Table, name: str, heading: str, *, is_number: bool) -> None:
    table.add_column(
        heading,
        justify="right" if is_number else "left",
        no_wrap=is_number or name in UNBROKEN,
        overflow="fold",
    )


def _printable(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.all().cast(pl.String).str.replace_all(INVISIBLE, " ").fill_null(""))
