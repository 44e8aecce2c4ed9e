"""`doichieu doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import home_option
from pipeline.cli.talk import printable, say
from pipeline.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Read every block of the state and check that all of it fits together.")
@home_option
def command(folder: Path) -> ExitCode:
    """Look a home over: permissions, configuration, every block of every generation, the archive.

    \b
    Exit code 0 when all is well, 78 when a person has to do something.

    \b
    Example:
      doichieu doctor --home ~/doichieu
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.night.care import faults_of
    from pipeline.night.home import open_home
    from pipeline.settings import load_settings

    home = open_home(folder)
    load_settings(home.config)
    found = list(faults_of(home))
    for fault in found:
        say(
            printable(fault),
            "Where it says no other way: doichieu restore FILE brings an older state or a backup back.",
        )
    if not found:
        click.echo("all is well")
    return ExitCode.CONFIG if found else ExitCode.COMPLETE
