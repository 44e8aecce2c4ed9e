"""`doichieu nightly`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import as_of_option, business_day, home_option, lock_wait_option
from pipeline.cli.talk import printable, say
from pipeline.errors import DoichieuError, ExitCode, IoFault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from pipeline.night.home import Home
    from pipeline.night.tonight import Tonight
    from pipeline.run import NightRun
    from pipeline.settings import Settings

TROUBLED = ("held", "refused", "missing")


@click.command(short_help="The whole night: inbox, comparison, history, report, mail. For cron.")
@home_option
@as_of_option
@click.option("--dry-run", is_flag=True, help="Do everything but change the inbox, the state, reports or mails.")
@lock_wait_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def command(folder: Path, as_of: datetime | None, lock_wait: float, *, dry_run: bool, as_json: bool) -> int:
    """Take in what lies in the inbox, compare books and software, keep the history, report and mail.

    \b
    Quiet when all is well. The same run again changes nothing and mails nothing. An interrupted run
    needs nobody: the next one finishes or undoes it. Without a mail server in doichieu.toml the
    mails are written as files into outbox/.

    \b
    Example:
      doichieu nightly --home ~/doichieu
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.night.home import open_home
    from pipeline.night.tonight import Tonight
    from pipeline.report.phrases import load_phrases
    from pipeline.settings import load_settings

    home = open_home(folder)
    settings = load_settings(home.config)
    now = datetime.now(UTC)
    tonight = Tonight(home, business_day(as_of), now, settings, load_phrases(settings.lang), lambda _: None)
    try:
        ended = _run(tonight, lock_wait, dry_run=dry_run)
    except DoichieuError as fault:
        _leave_signs(home, settings, now, {"exit_code": int(fault.exit_code), "message": fault.message})
        raise
    if not dry_run:
        _leave_signs(home, settings, now, _summary(ended))
    if as_json:
        click.echo(json.dumps(_summary(ended), ensure_ascii=False, default=str))
    _say_trouble(ended)
    return ended.exit_code


def _run(tonight: Tonight, lock_wait: float, *, dry_run: bool) -> NightRun:
    from pipeline.cli.waiting import in_background
    from pipeline.night.lock import only_one
    from pipeline.run import run_night

    try:
        with only_one(tonight.home, lock_wait, tonight.now):
            return in_background(
                lambda tell: run_night(replace(tonight, tell=tell), dry_run=dry_run),
                steps=sum(1 for _ in tonight.home.inbox.iterdir()),
            )
    except OSError as fault:  # a write names no file, but the home is what a person must look at
        where = fault.filename or tonight.home.folder
        raise IoFault(
            f"{where}: {fault.strerror or 'does not answer'}", "Check space and disk, then run again."
        ) from None


def _leave_signs(home: Home, settings: Settings, now: datetime, facts: Mapping[str, Any]) -> None:
    """The log, the figures and the sign of life; none of them changes how the night ended."""
    from pipeline.metrics import ping, write_metrics
    from pipeline.night.diary import note

    try:
        note(home, now, "nightly", facts)
        if settings.metrics_file:
            write_metrics(home.folder / settings.metrics_file, _figures(now, facts))
    except (OSError, DoichieuError) as fault:
        say(f"{home.log}: the log or the figures could not be written ({type(fault).__name__})", "Check the disk.")
    if settings.health_check_url:
        is_well = facts["exit_code"] in (ExitCode.COMPLETE, ExitCode.DEGRADED)
        if not ping(settings.health_check_url, ok=is_well):
            say("the health check did not answer", "The night itself is not affected.")


def _figures(now: datetime, facts: Mapping[str, Any]) -> dict[str, float]:
    counts = {name: facts.get(name) for name in ("exit_code", "open", "fixed", "findings", "mails_waiting")}
    known = {f"doichieu_{name}": float(count) for name, count in counts.items() if count is not None}
    return known | {"doichieu_last_run_timestamp_seconds": now.timestamp()}


def _summary(ended: NightRun) -> dict[str, Any]:
    night, mailed = ended.night, ended.mailed
    counts = {
        "open": night.open.height if night else None,
        "fixed": night.fixed.height if night else None,
        "findings": night.outcome.mismatches.height if night else None,
        "sources": night.sources.select("file", "feed", "verdict", "age").to_dicts() if night else None,
    }
    mails = {
        "mails_sent": len(mailed.relayed.sent),
        "mails_written": len(mailed.written),
        "mails_waiting": len(mailed.relayed.deferred),
        "mails_refused": len(mailed.relayed.refused),
    }
    code = int(ended.exit_code)
    return {"schema": 1, "run_id": ended.run_id, "changed": night is not None, "exit_code": code, **counts, **mails}


def _say_trouble(ended: NightRun) -> None:
    """One line for each thing that needs somebody."""
    from pipeline.report.phrases import load_phrases

    if ended.night:
        _say_sources(ended.night.sources)
    for name, reason in ended.left:
        say(
            printable(f"inbox/{name}: left there, {load_phrases('en')[f'inbox.{reason}']}"),
            "Take it away, or save it anew.",
        )
    if ended.mailed.relayed.deferred:
        say(f"{len(ended.mailed.relayed.deferred)} mails wait in the outbox", "doichieu send")
    for one in ended.mailed.relayed.refused:
        say(f"{one.recipient}: the mail server refuses this address ({one.code})", "Correct [mail] in doichieu.toml.")


def _say_sources(sources: pl.DataFrame) -> None:
    from pipeline.report.phrases import load_phrases
    from pipeline.report.reasons import told

    english = told(sources, load_phrases("en")).rows()
    for (file, verdict), (what, tip) in zip(sources.select("file", "verdict").rows(), english, strict=True):
        if verdict in TROUBLED:
            say(printable(f"{file}: {verdict}: {what}"), printable(tip or ""))
