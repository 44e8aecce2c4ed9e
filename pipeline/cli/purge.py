"""`doichieu purge`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import business_day, home_option, lock_wait_option
from pipeline.errors import UsageFault

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Forget dossiers that were closed before a day.")
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day that is kept.")
@home_option
@lock_wait_option
def command(before: datetime, folder: Path, lock_wait: float) -> None:
    """Drop what ended before a day, its reports and mails, and what could bring it back: older states, archived files.

    \b
    Example:
      doichieu purge --before 2024-01-01
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.night.care import forget
    from pipeline.night.home import open_home
    from pipeline.night.lock import only_one

    if before.date() > business_day(None):
        raise UsageFault(f"--before {before:%Y-%m-%d}: is a day to come", "Check the year.")
    home = open_home(folder)
    with only_one(home, lock_wait, datetime.now(UTC)):
        click.echo(f"{forget(home, before.date())} rows forgotten")
