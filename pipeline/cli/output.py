"""--format and --output: where a report goes, and in which form."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.errors import UsageFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    import polars as pl

    from pipeline.report.night import Night
    from pipeline.report.outcome import Outcome
    from pipeline.report.paper.facts import PaperFacts

FORMATS = ("text", "csv", "jsonl", "parquet", "xlsx", "html", "docx")
PLAIN_ENDINGS = ("", ".txt")

format_option = click.option(
    "--format", "format_", type=click.Choice(FORMATS), envvar="DOICHIEU_FORMAT", help="By --output's ending, else text."
)
period_option = click.option(
    "--period",
    type=click.Choice(["week", "month", "quarter", "half-year", "year"]),
    help="Of --format docx: the one that contains the business date, up to that date; month.",
)
output_option = click.option(
    "--output", type=click.Path(path_type=Path), help="Write there instead of to standard output."
)


def report_options(command: Callable[..., object]) -> Callable[..., object]:
    """--format, --output and --period."""
    return format_option(output_option(period_option(command)))


def form_of(format_: str | None, output: Path | None, period: str | None) -> tuple[str, str | None]:
    """The format, and the kind of period that a paper is about, None for other formats: they know none.

    Raises:
        UsageFault: an ending that no format has, or a period for a format that reports on none.
    """
    format_ = _format_of(format_, output)
    if format_ == "docx":
        return format_, period or "month"
    if period:
        raise UsageFault(f"--period {period}: {format_} reports on no period", "Use --format docx.")
    return format_, None


def _format_of(format_: str | None, output: Path | None) -> str:
    """--format, else what the ending of --output says; an ending of another program is not filled with text."""
    ending = output.suffix.lower() if output else ""
    if format_ or ending in PLAIN_ENDINGS:
        return format_ or "text"
    if ending.removeprefix(".") not in FORMATS:
        raise UsageFault(f"{output}: unknown ending", f"Use .txt .{' .'.join(FORMATS[1:])}, or name the --format.")
    return ending.removeprefix(".")


def check_place(output: Path) -> None:
    """Refuse before any work what cannot be written."""
    if not output.absolute().parent.is_dir():
        raise UsageFault(f"{output}: its folder does not exist", "Make the folder first.")
    if output.is_dir():
        raise UsageFault(f"{output}: is a folder", "Name a file in it.")


def write_outcome(
    outcome: Outcome,
    format_: str,
    output: Path | None,
    night: Night | None = None,
    trend: pl.DataFrame | None = None,
) -> None:
    """Write the report; the page also shows the night's history and the trend, where there are some."""
    if format_ == "text":
        _write_text(outcome, output)
    elif format_ == "xlsx":
        from pipeline.report.workbook import write_workbook

        write_workbook(outcome, output)
    elif format_ == "html":
        from pipeline.report.html.page import write_page

        write_page(night or outcome, output, trend)
    else:
        from pipeline.report.table import write_table

        write_table(outcome.mismatches, format_, output)


def write_official_paper(told: Outcome | Night, facts: PaperFacts, own: Mapping[str, Any], output: Path | None) -> None:
    """Write the official report."""
    from pipeline.report.paper.write import write_paper

    write_paper(told, facts, own, output)


def _write_text(outcome: Outcome, output: Path | None) -> None:
    import os
    import shutil

    from pipeline.report.sink import write_out
    from pipeline.report.text import render_text

    on_terminal = output is None and sys.stdout.isatty()
    width = shutil.get_terminal_size((120, 40)).columns if on_terminal else 120
    colour = on_terminal and not os.environ.get("NO_COLOR")
    write_out([render_text(outcome, width=width, colour=colour).encode()], output)
