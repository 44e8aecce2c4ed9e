"""`doichieu review`."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import business_day, home_option, lock_wait_option
from pipeline.cli.talk import printable
from pipeline.errors import UsageFault

if TYPE_CHECKING:
    import polars as pl

    from pipeline.night.tonight import Tonight

SHOWN = 20


@click.command(short_help="Decide about doubtful links: list them, write a work list, take it back.")
@home_option
@click.option("--output", type=click.Path(path_type=Path), help="Write all pairs as an XLSX work list with drop-downs.")
@click.option(
    "--take",
    type=click.Path(path_type=Path),
    help="Read the decisions of a returned list: this command's, a report's or a mail's (XLSX, CSV).",
)
@click.option("--same", multiple=True, metavar="PAIR", help="Line and record are one dossier.")
@click.option("--not-same", multiple=True, metavar="PAIR", help="They are two; never link them again.")
@click.option("--later", multiple=True, metavar="PAIR", help="Ask again only when the evidence changes.")
@click.option("--why", help="Kept with the decision.")
@lock_wait_option
def command(  # noqa: PLR0913, PLR0917 -- one argument per flag, all by name
    folder: Path,
    output: Path | None,
    take: Path | None,
    same: tuple[str, ...],
    not_same: tuple[str, ...],
    later: tuple[str, ...],
    why: str | None,
    lock_wait: float,
) -> None:
    """List the pairs of logbook line and case record that are too doubtful to assert, the likeliest first.

    \b
    What differs stands in [brackets]. Decisions are kept with who, when and why, and win in every
    later run; the next `doichieu nightly` uses them.

    \b
    Examples:
      doichieu review
      doichieu review --output ra_soat.xlsx      fill in the column of decisions, then
      doichieu review --take ra_soat.xlsx
      doichieu review --same 3f2a9c01de --why "asked the citizen"
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.night.home import open_home
    from pipeline.night.tonight import Tonight
    from pipeline.report.phrases import load_phrases
    from pipeline.settings import load_settings

    home = open_home(folder)
    settings, now = load_settings(home.config), datetime.now(UTC)
    tonight = Tonight(home, business_day(None), now, settings, load_phrases(settings.lang), lambda _: None)
    said = {"same": same, "not_same": not_same, "later": later}
    if take and any(said.values()):
        raise UsageFault("--take and decisions by name", "Give one or the other.")
    if take or any(said.values()):
        click.echo(f"{_decide(tonight, take, said, why, lock_wait)} decisions kept")
    else:
        _show(tonight, output)


def _decide(
    tonight: Tonight, take: Path | None, said: dict[str, tuple[str, ...]], why: str | None, lock_wait: float
) -> int:
    from pipeline.cli.waiting import in_background
    from pipeline.night.answers import read_answers
    from pipeline.night.decisions import decide
    from pipeline.night.generations import newest_state, write_state
    from pipeline.night.lock import only_one

    answers = read_answers(take) if take else _answers(said, why)
    with only_one(tonight.home, lock_wait, tonight.now):
        state = newest_state(tonight.home)
        write_state(tonight.home, in_background(lambda _: decide(state, answers, getpass.getuser(), tonight)))
    return answers.height


def _answers(said: dict[str, tuple[str, ...]], why: str | None) -> pl.DataFrame:
    import polars as pl

    rows = [(pair, verdict, why) for verdict, pairs in said.items() for pair in pairs]
    if len({pair for pair, _, _ in rows}) < len(rows):
        raise UsageFault("a pair with two decisions", "Decide each pair once.")
    return pl.DataFrame(rows, schema={"pair_id": pl.String, "verdict": pl.String, "why": pl.String}, orient="row")


def _show(tonight: Tonight, output: Path | None) -> None:
    from pipeline.cli.waiting import in_background
    from pipeline.night.decisions import pending
    from pipeline.night.generations import newest_state
    from pipeline.report.review import review_lines, write_review

    pairs = in_background(lambda _: pending(newest_state(tonight.home), tonight.settings, tonight.phrases))
    if output:
        write_review(pairs, tonight.phrases, output)
        return
    for line in review_lines(pairs.head(SHOWN), tonight.phrases):
        click.echo(printable(line))
    if pairs.height > SHOWN or pairs.is_empty():
        click.echo(tonight.phrases["review.more" if pairs.height else "review.none"].format(count=pairs.height))
