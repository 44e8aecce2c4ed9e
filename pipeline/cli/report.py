"""`doichieu report`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import home_option, lang_option
from pipeline.cli.output import check_place, form_of, report_options, write_official_paper, write_outcome

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="The last run's report anew, in any format, without comparing again.")
@home_option
@report_options
@lang_option
def command(folder: Path, format_: str | None, output: Path | None, period: str | None, lang: str | None) -> None:
    """Print what the last run left open, with its history. Reads only, also during a run.

    \b
    Lines are in the words of the run that found them; --lang changes the report around them.
    docx is an official report, a draft with number, date and signature blank, for a --period.

    \b
    Examples:
      doichieu report --format html --output doichieu.html
      doichieu report --format csv > sai_lech.csv
      doichieu report --period half-year --output bao_cao.docx
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.cli.options import settings_of
    from pipeline.cli.waiting import in_background
    from pipeline.night.home import open_home
    from pipeline.night.standing import last_night, last_paper
    from pipeline.report.health import every_notice
    from pipeline.report.history import standing
    from pipeline.report.phrases import load_phrases
    from pipeline.widen import most_urgent_first
    from schemas.contract import MISMATCH_COLUMNS

    home = open_home(folder)
    format_, kind = form_of(format_, output, period)
    if output:
        check_place(output)
    settings = settings_of(home.config, lang)
    night, trend = last_night(home, settings)
    if kind:
        facts = in_background(lambda _: last_paper(home, settings, kind))
        write_official_paper(night, facts, settings.paper, output)
    else:
        lines = most_urgent_first(standing(night).mismatches.select(MISMATCH_COLUMNS))
        notices = every_notice(night, load_phrases(settings.lang))
        told = replace(night.outcome, mismatches=lines, notices=notices)
        write_outcome(told, format_, output, night, trend)
