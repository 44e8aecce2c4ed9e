"""`doichieu backup`."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import home_option


@click.command(short_help="Copy the state out, also while a run is under way.")
@click.argument("target", type=click.Path(path_type=Path))
@home_option
def command(target: Path, folder: Path) -> None:
    """Copy the newest state to TARGET; `doichieu restore TARGET` brings it back.

    \b
    It holds names and phones: keep the copy where only the office reads it.

    \b
    Example:
      doichieu backup /media/usb/doichieu-2026-11-25.duckdb
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.night.care import back_up
    from pipeline.night.home import open_home

    click.echo(back_up(open_home(folder), target))
