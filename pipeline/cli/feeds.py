"""`doichieu feeds`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import both, settings_of
from pipeline.cli.talk import printable, say, say_fault
from pipeline.errors import ExitCode, FileFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pipeline.describe import Fact


@click.command(short_help="Show what is understood, or how a file would be read.")
@click.argument("files", nargs=-1, metavar="[[FEED=]FILE ...]")
@both
def command(files: tuple[str, ...], config: Path | None, lang: str | None) -> ExitCode:
    """Show which feeds are understood, or how each FILE would be read.

    \b
    For a file: encoding, header row, what each column means, unknown columns, and the words and
    dates that could not be read. Nothing is written.

    \b
    Examples:
      doichieu feeds
      doichieu feeds bao_cao.xls
      doichieu feeds logbook=so_tay.csv
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.collect import collect
    from pipeline.describe import feed_facts, file_facts
    from pipeline.prepare import prepare
    from pipeline.report.phrases import load_phrases

    settings = settings_of(config, lang)
    phrases = load_phrases(settings.lang)
    if not files:
        for profile in settings.feeds.values():
            _print(f"{profile.name}: {profile.title}", feed_facts(profile, phrases), phrases)
        return ExitCode.COMPLETE
    collected = collect(files, frozenset(settings.feeds))
    for twin, other in collected.twins:
        say(printable(phrases["notice.same_content"].format(file=twin, other=other)))
    refusals: list[FileFault] = []
    for request in collected.requests:
        try:
            source = prepare(request.path, request.feed, settings)
        except FileFault as fault:
            refusals.append(fault)
            say_fault(fault)
            continue
        _print(source.file, file_facts(source, phrases), phrases)
    return _exit_code(refusals, of=len(collected.requests))


def _exit_code(refusals: list[FileFault], of: int) -> ExitCode:
    if not refusals:
        return ExitCode.COMPLETE
    return max(refusal.exit_code for refusal in refusals) if len(refusals) == of else ExitCode.DEGRADED


def _print(title: str, facts: Iterable[Fact], phrases: Mapping[str, str]) -> None:
    click.echo(printable(title))
    last = None
    for label, text in facts:
        heading = "" if label == last else phrases[f"feeds.{label}"]
        click.echo(f"  {heading:<22}{printable(text)}")
        last = label
    click.echo()
