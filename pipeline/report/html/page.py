"""The whole report as one file that opens from a shared folder, without a network."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import health, history
from pipeline.report.html.charts import make_charts
from pipeline.report.html.rows import embedded
from pipeline.report.layout import template
from pipeline.report.letter import Letter
from pipeline.report.night import LEDGER_TYPES, SOURCE_TYPES, Night
from pipeline.report.page import make_page
from pipeline.report.phrases import load_phrases, words_of
from pipeline.report.sink import write_out
from pipeline.report.tables import Table, officers, rules, source_table, units
from pipeline.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.report.outcome import Outcome

LONGEST = 2_000  # rows of a small table
LONGEST_NOTICE = 2_000  # characters
TEMPLATES = ROOT / "schemas" / "templates"


def write_page(told: Outcome | Night, output: Path | None, trend: pl.DataFrame | None = None) -> None:
    """Write the page to a file or, when None, to standard output.

    An Outcome alone has no history: no news and no line over time. `trend` has day, work, other: open mismatches
    after each run.

    Raises:
        IoFault: the place cannot be written to.
    """
    write_out([render_page(told, trend).encode()], output)


def render_page(told: Outcome | Night, trend: pl.DataFrame | None = None) -> str:
    """The page as HTML with full names, for the office's machine; the same for the same input."""
    has_history = isinstance(told, Night)
    night = told if isinstance(told, Night) else _alone(told)
    outcome, phrases = history.standing(night), load_phrases(night.outcome.lang)
    style, script = _asset("page.css"), _asset("page.js")
    return template("page.html.j2").render(
        story=make_page(night, _letter(outcome)),
        has_history=has_history,
        banners=health.banners(night, phrases),
        notices=health.notices(night, LONGEST_NOTICE),
        tables=[table for table in _tables(night, phrases, has_history=has_history) if table.rows],
        charts=make_charts(outcome, trend, phrases),
        words=words_of(phrases, "page"),
        style=style,
        script=script,
        data=embedded(night, phrases),
    )


@dataclass(frozen=True)
class Asset:
    """A text of ours that stands in the page; the browser runs nothing whose digest is another."""

    text: str

    @property
    def digest(self) -> str:
        """As a Content-Security-Policy names it."""
        return f"sha256-{base64.b64encode(hashlib.sha256(self.text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> Asset:
    return Asset(f"\n{(TEMPLATES / name).read_text(encoding='utf-8')}")


def _alone(outcome: Outcome) -> Night:
    """An outcome without a history as a night: everything in it is open, every file was read today."""
    read = {"verdict": pl.lit("accepted"), "arrived_on": pl.lit(outcome.as_of)}
    files = outcome.files.with_columns(**read)
    return Night(
        outcome=outcome,
        previous_on=None,
        open=_filled(outcome.mismatches, LEDGER_TYPES),
        fixed=pl.DataFrame(schema=LEDGER_TYPES),
        withdrawn=pl.DataFrame(schema=LEDGER_TYPES),
        sources=_filled(files, SOURCE_TYPES),
    )


def _filled(frame: pl.DataFrame, types: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """These columns; empty ones where the frame has none."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in types.items()
    )


def _letter(outcome: Outcome) -> Letter:
    """The page is read by whoever may see all; it goes to nobody."""
    noon = datetime.combine(outcome.as_of, datetime.min.time(), UTC)
    return Letter(sender="", recipient="", message_id="", sent_at=noon, lang=outcome.lang, audience="chairman")


def _tables(night: Night, phrases: Mapping[str, str], *, has_history: bool) -> list[Table]:
    letter, mail = _letter(night.outcome), words_of(phrases, "mail")
    made = [table(night, letter, phrases, LONGEST) for table in (units, officers, rules, source_table)]
    past = () if has_history else (mail["column_fixed"], mail["column_new"], mail["column_age"])
    return [_without(table, past) for table in made]


def _without(table: Table, columns: tuple[str, ...]) -> Table:
    """The table less the columns that only a history can fill."""
    kept = [place for place, name in enumerate(table.columns[1:]) if name not in columns]
    rows = [replace(row, cells=tuple(row.cells[place] for place in kept)) for row in table.rows]
    return replace(table, columns=(table.columns[0], *(table.columns[1:][place] for place in kept)), rows=rows)
