"""`doichieu status`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import home_option, lang_option, settings_of
from pipeline.cli.talk import printable, say, say_fault
from pipeline.errors import ConfigFault, ExitCode
from pipeline.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.deliver.settings import MailSettings
    from pipeline.night.home import Home


@click.command(short_help="When the last run was, what is open, what waits.")
@home_option
@click.option("--max-age", type=click.FloatRange(0), help="Hours; exit with 3 when the last run is older.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@lang_option
def command(folder: Path, max_age: float | None, lang: str | None, *, as_json: bool) -> ExitCode:
    """Show the last run, the open mismatches by rule, held files and waiting mails. Reads only, also during a run.

    \b
    Example:
      doichieu status --max-age 26 || echo "the night did not run"
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.night.home import open_home
    from pipeline.night.overview import overview

    home = open_home(folder)
    phrases = _phrases(home.config, lang)
    facts = overview(home, phrases, _mail(home))
    click.echo(json.dumps(facts, ensure_ascii=False, default=str) if as_json else _text(facts, phrases))
    if max_age is None or (facts["ended_at"] and _age(facts) <= timedelta(hours=max_age)):
        return ExitCode.COMPLETE
    say(f"the last run is older than {max_age:g} hours", "doichieu nightly")
    return ExitCode.DEGRADED


def _mail(home: Home) -> MailSettings | None:
    """Who gets mails; None where the configuration has a fault."""
    from pipeline.deliver.settings import read_mail

    try:
        return read_mail(load_settings(home.config).mail, home.folder)
    except ConfigFault:
        return None


def _phrases(config: Path, lang: str | None) -> Mapping[str, str]:
    """The reader's words. A configuration with a fault keeps nobody from hearing how the last run ended."""
    from pipeline.report.phrases import load_phrases

    try:
        chosen = settings_of(config, lang).lang
    except ConfigFault as fault:
        say_fault(fault)
        chosen = lang or load_settings().lang
    return load_phrases(chosen)


def _age(facts: dict[str, Any]) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(facts["ended_at"])


def _text(facts: dict[str, Any], phrases: Mapping[str, str]) -> str:
    from pipeline.report.phrases import words_of

    words = words_of(phrases, "home")
    if not facts["run_id"]:
        return words["no_run"]
    lines = list(_lines(facts, phrases, words))
    width = max(len(label) for label, _ in lines) + 2
    return "\n".join(f"{label:<{width}}{printable(text)}" for label, text in lines)


def _lines(facts: dict[str, Any], phrases: Mapping[str, str], words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield words["last_run"], words["run"].format(**facts, day=f"{facts['business_date']:%d/%m/%Y}")
    for rule, count in facts["open"].items():
        yield words["open"], f"{rule}: {count} ({phrases.get(f'rule.{rule}', rule)})"
    for key, file in facts["held"].items():
        yield words["held"], f"{file}. {phrases['gate_tip.held'].format(hash=key)}"
    for one in facts["refused"]:
        yield words["refused"], f"{one['file']}: {one['message']}"
    yield words["mails_waiting"], str(facts["mails_waiting"])
