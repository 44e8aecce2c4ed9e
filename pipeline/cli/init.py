"""`doichieu init`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Write a configuration, the folders and a logbook template.")
@click.argument("folder", default=".", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write a commented configuration, the folders and a logbook template into FOLDER (default: here).

    \b
    The template (XLSX with checks while typing, and a CSV) has the columns of the official form.
    Nothing that exists is overwritten.

    \b
    Example:
      doichieu init ~/doichieu
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.init import initialise

    for path in initialise(folder):
        click.echo(path)
