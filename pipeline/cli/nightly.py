"""`doichieu nightly`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import as_of_option, business_day, home_option, lock_wait_option
from pipeline.cli.talk import printable, say
from pipeline.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.run import NightRun

TROUBLED = ("held", "refused", "missing")


@click.command(short_help="The whole night: inbox, comparison, history, report, mail. For cron.")
@home_option
@as_of_option
@click.option("--dry-run", is_flag=True, help="Do everything but change the inbox, the state, reports or mails.")
@lock_wait_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def command(folder: Path, as_of: datetime | None, lock_wait: float, *, dry_run: bool, as_json: bool) -> int:
    """Take in what lies in the inbox, compare books and software, keep the history, write the report.

    \b
    Quiet when all is well. The same run again changes nothing and mails nothing. An interrupted run
    needs nobody: the next one finishes or undoes it.

    \b
    Example:
      doichieu nightly --home ~/doichieu
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.cli.waiting import in_background
    from pipeline.night.home import open_home
    from pipeline.night.lock import only_one
    from pipeline.night.tonight import Tonight
    from pipeline.report.phrases import load_phrases
    from pipeline.run import run_night
    from pipeline.settings import load_settings

    home = open_home(folder)
    settings = load_settings(home.config)
    today, now = business_day(as_of), datetime.now(UTC)
    phrases = load_phrases(settings.lang)
    with only_one(home, lock_wait, now):
        ended = in_background(
            lambda tell: run_night(Tonight(home, today, now, settings, phrases, tell), dry_run=dry_run),
            steps=len(list(home.inbox.iterdir())),
        )
    if as_json:
        click.echo(json.dumps(_summary(ended), ensure_ascii=False))
    _say_trouble(ended)
    return ended.exit_code


def _summary(ended: NightRun) -> dict[str, object]:
    night = ended.night
    counts = {
        "open": night.open.height if night else None,
        "fixed": night.fixed.height if night else None,
        "findings": night.outcome.mismatches.height if night else None,
        "sources": night.sources.select("file", "feed", "verdict", "age").to_dicts() if night else None,
    }
    return {"schema": 1, "run_id": ended.run_id, "changed": night is not None, "exit_code": ended.exit_code, **counts}


def _say_trouble(ended: NightRun) -> None:
    """One line for each source that needs somebody."""
    if ended.night is None or ended.exit_code is ExitCode.COMPLETE:
        return
    for source in ended.night.sources.to_dicts():
        if source["verdict"] in TROUBLED:
            tip = f"doichieu accept {source['content_hash'][:12]} --reason ..." if source["verdict"] == "held" else ""
            say(printable(f"{source['file']}: {source['verdict']}: {source['message']}"), tip)
    for notice in ended.night.outcome.notices if not ended.night.sources.height else ():
        say(printable(notice))
