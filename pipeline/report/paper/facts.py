"""What the paper tells beside the outcome: the period's form before and after a look at the book, and its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.period import Period

VIEWS = ("software", "book")
COUNTS = (  # columns (3) to (13) of form II.06, in its order
    *("received", "online", "direct", "carried_over"),
    *("solved", "early", "on_time", "late"),
    *("pending", "pending_in_time", "pending_late"),
)
IDENTITIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "(3) = (4) + (5) + (6)": ("received", ("online", "direct", "carried_over")),
    "(7) = (8) + (9) + (10)": ("solved", ("early", "on_time", "late")),
    "(11) = (12) + (13)": ("pending", ("pending_in_time", "pending_late")),
    "(3) = (7) + (11)": ("received", ("solved", "pending")),
}


@dataclass(frozen=True)
class PaperFacts:
    """One period's figures, as of its `until`; frames without a name of any citizen."""

    period: Period
    form: pl.DataFrame  # view, field_name (null: unknown), COUNTS; in each view every field of either
    doubts: Mapping[str, int]  # what is counted by convention or not at all → dossiers
    held_elsewhere: pl.DataFrame  # dossier_code and the columns of sql/60_paper/04
    late_only: pl.DataFrame  # dossier_code, book_no, line_no and the columns of sql/60_paper/05
    covered: pl.DataFrame  # feed, title, rows, covers_from, covers_until
    changed: pl.DataFrame  # rule_id, found, fixed
    history_from: date | None  # business date of the first run; None: there is no history


def totals(form: pl.DataFrame, view: str) -> dict[str, int]:
    """All fields of one view together, by the names of COUNTS."""
    return form.filter(view=view).select(pl.col(COUNTS).sum()).row(0, named=True)


def difference(form: pl.DataFrame) -> pl.DataFrame:
    """After a look at the book less the software's word: field_name, COUNTS, in the form's order."""
    by_view = [form.filter(view=view) for view in VIEWS]
    software, book = (one.select(COUNTS) for one in by_view)
    return by_view[0].select("field_name").with_columns(book[name] - software[name] for name in COUNTS)


def broken_identities(form: pl.DataFrame) -> pl.DataFrame:
    """The rows that the form's own arithmetic refutes: view, field_name, identity. Empty when all is well."""
    broken = [
        form.filter(pl.col(whole) != pl.sum_horizontal(parts)).select("view", "field_name", identity=pl.lit(identity))
        for identity, (whole, parts) in IDENTITIES.items()
    ]
    return pl.concat(broken)
