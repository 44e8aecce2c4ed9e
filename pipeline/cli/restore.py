"""`doichieu restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.cli.options import home_option, lock_wait_option


@click.command(short_help="Make a backup, or an older generation, the state again.")
@click.argument("source", type=click.Path(path_type=Path))
@home_option
@lock_wait_option
def command(source: Path, folder: Path, lock_wait: float) -> None:
    """Make SOURCE, a backup or a file of state/, the newest state. The damaged one stays beside it.

    \b
    Example:
      doichieu restore state/000041.duckdb
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.cli.talk import printable, say
    from pipeline.night.care import unknown_copies
    from pipeline.night.generations import newest_state, restore
    from pipeline.night.home import open_home
    from pipeline.night.lock import only_one

    home = open_home(folder)
    with only_one(home, lock_wait, datetime.now(UTC)):
        click.echo(restore(home, source))
        unknown = unknown_copies(home, newest_state(home))
    if unknown:
        say(
            printable(f"files that came after that state are in {home.archive} only: {', '.join(unknown)}"),
            "Copy those that are still right into the inbox; the next run takes them in.",
        )
