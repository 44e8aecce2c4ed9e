"""`doichieu status`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import home_option
from pipeline.cli.talk import printable, say
from pipeline.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="When the last run was, what is open, what waits.")
@home_option
@click.option("--max-age", type=click.FloatRange(0), help="Hours; exit with 3 when the last run is older.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(folder: Path, max_age: float | None, *, as_json: bool) -> ExitCode:
    """Show the last run, the open mismatches by rule, held files and waiting mails. Reads only, also during a run.

    \b
    Example:
      doichieu status --max-age 26 || echo "the night did not run"
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.night.home import open_home
    from pipeline.night.overview import overview

    facts = overview(open_home(folder))
    click.echo(json.dumps(facts, ensure_ascii=False, default=str) if as_json else _text(facts))
    if max_age is None or (facts["ended_at"] and _age(facts) <= timedelta(hours=max_age)):
        return ExitCode.COMPLETE
    say(f"the last run is older than {max_age:g} hours", "doichieu nightly")
    return ExitCode.DEGRADED


def _age(facts: dict[str, Any]) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(facts["ended_at"])


def _text(facts: dict[str, Any]) -> str:
    if not facts["run_id"]:
        return "no run yet"
    lines = [f"last run       {facts['business_date']} ({facts['run_id']}), exit code {facts['exit_code']}"]
    lines += [f"open           {rule}: {count}" for rule, count in facts["open"].items()]
    lines += [f"held           {printable(file)}: doichieu accept {key}" for key, file in facts["held"].items()]
    lines += [f"mails waiting  {facts['mails_waiting']}"]
    return "\n".join(lines)
