"""`doichieu init`."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.output import check_place


@click.command(short_help="Write a configuration, the folders and a logbook template.")
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.option("--logbook", type=click.Path(path_type=Path), help="Only the template, with FOLDER's catalogue and unit.")
def command(folder: Path, logbook: Path | None) -> None:
    """Write a commented configuration, the folders and a logbook template into FOLDER (default: here).

    \b
    The template (XLSX with checks while typing, and a CSV) has the columns of the official form.
    Once doichieu.toml names a catalogue of procedures, --logbook makes it anew with drop-downs.
    Nothing that exists is overwritten.

    \b
    Examples:
      doichieu init ~/doichieu
      doichieu init ~/doichieu --logbook so_theo_doi_quyen_2.xlsx
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.init import CONFIG, initialise, write_template

    if logbook:
        from pipeline.settings import load_settings

        check_place(logbook)
        write_template(logbook, load_settings(folder / CONFIG))
        click.echo(logbook)
        return
    for path in initialise(folder):
        click.echo(path)
