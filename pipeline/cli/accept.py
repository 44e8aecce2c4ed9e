"""`doichieu accept`."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import home_option, lock_wait_option
from pipeline.errors import UsageFault

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Let a held file in, with the reason; the next run reads it.")
@click.argument("content_hash", metavar="HASH")
@click.option("--reason", required=True, help="Why the file is right after all; kept in the history.")
@home_option
@lock_wait_option
def command(content_hash: str, reason: str, folder: Path, lock_wait: float) -> None:
    """Let the held file with this HASH in; the first characters do, as the report and `status` show them.

    \b
    Example:
      doichieu accept 5369954b47d3 --reason "the province split the commune in two"
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.night.care import release
    from pipeline.night.home import open_home
    from pipeline.night.lock import only_one

    if not reason.strip():
        raise UsageFault("--reason is empty", "Say why the file is right after all.")
    home = open_home(folder)
    with only_one(home, lock_wait, datetime.now(UTC)):
        file = release(home, content_hash, reason, by=getpass.getuser())
    click.echo(f"{file}: accepted; the next `doichieu nightly` reads it")
