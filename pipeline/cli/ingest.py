"""`doichieu ingest`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.cli.options import as_of_option, business_day, home_option, lock_wait_option
from pipeline.cli.talk import printable, say
from pipeline.errors import ExitCode


@click.command(short_help="Take files into the state without comparing yet.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH ...]")
@home_option
@as_of_option
@lock_wait_option
def command(paths: tuple[Path, ...], folder: Path, as_of: datetime | None, lock_wait: float) -> ExitCode:
    """Take the named files, or those of the inbox, into the state; the next run compares them.

    \b
    Named files stay where they are; those of the inbox move to the archive.

    \b
    Example:
      doichieu ingest igate_2025.xlsx
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.night.home import open_home
    from pipeline.night.lock import only_one
    from pipeline.night.tonight import Tonight
    from pipeline.report.phrases import load_phrases
    from pipeline.run import take_in
    from pipeline.settings import load_settings

    home = open_home(folder)
    settings = load_settings(home.config)
    now = datetime.now(UTC)
    tonight = Tonight(home, business_day(as_of), now, settings, load_phrases(settings.lang), lambda _: None)
    with only_one(home, lock_wait, now):
        taken = take_in(tonight, paths)
    for file, verdict, message in taken.iter_rows():
        said = tonight.phrases[f"verdict.{verdict}"]
        click.echo(printable(f"{file}: {said}" + (f": {message}" if message else "")))
    if taken.height and (taken["verdict"] == "refused").all():
        return ExitCode.REFUSED
    is_complete = taken["verdict"].is_in(["accepted", "repeated"]).all()
    if not is_complete:
        say("some files were not taken in", "The lines above say why; `doichieu accept` lets a held one in.")
    return ExitCode.COMPLETE if is_complete else ExitCode.DEGRADED
