"""`doichieu explain`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import home_option
from pipeline.cli.talk import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.night.story import Story

CASE_FACTS = {  # column → its heading among the phrases
    "applicant_name": "column.applicant_name",
    "procedure_name": "column.procedure_name",
    "status": "column.feed_status",
    "received_on": "column.received_on",
    "due_on": "column.due_on",
    "finished_on": "column.case_finished_on",
    "returned_on": "column.case_returned_on",
}
LINE_FACTS = {
    "book_no": "column.book_no",
    "line_no": "column.line_no",
    "applicant_name": "column.applicant_name",
    "procedure_name": "column.procedure_name",
    "received_on": "column.received_on",
    "due_on": "column.due_on",
    "returned_on": "column.logbook_returned_on",
}


@click.command(short_help="Tell one dossier's whole story: rows, links, decisions, mismatches, history.")
@click.argument("code")
@home_option
def command(code: str, folder: Path) -> None:
    """Tell the whole story of the dossier with this CODE, in any way of writing it, from the state.

    \b
    Example:
      doichieu explain H56.17.22-260305-12
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.cli.waiting import in_background
    from pipeline.night.home import open_home
    from pipeline.night.story import story_of
    from pipeline.report.phrases import load_phrases
    from pipeline.settings import load_settings

    home = open_home(folder)
    settings = load_settings(home.config)
    phrases = load_phrases(settings.lang)
    for line in _told(in_background(lambda _: story_of(home, code, settings)), phrases):
        click.echo(printable(line))


def _told(story: Story, phrases: Mapping[str, str]) -> Iterator[str]:
    places = {row["record_id"]: _place(row) for row in story.cases.to_dicts()}
    lines = {row["entry_id"]: _place(row) for row in story.lines.to_dicts()}
    yield from _section("cases", (_row(row, CASE_FACTS, phrases) for row in story.cases.to_dicts()), phrases)
    yield from _section("lines", (_row(row, LINE_FACTS, phrases) for row in story.lines.to_dicts()), phrases)
    links = (
        text
        for row in story.links.to_dicts()
        for text in (
            f"{lines[row['entry_id']]} ↔ {places[row['record_id']]}: {_score(row, phrases)}",
            *_weighed(row, phrases),
        )
    )
    yield from _section("links", links, phrases)
    yield from _section("decisions", (_decision(row, phrases) for row in story.decisions.to_dicts()), phrases)
    yield from _section("mismatches", (_mismatch(row, phrases) for row in story.mismatches.to_dicts()), phrases)
    events = (
        f"{_shown(row['happened_on'])}  {row['mismatch_id'].split('|')[0]}  {phrases['event.' + row['event']]}"
        for row in story.events.to_dicts()
    )
    yield from _section("events", events, phrases)


def _section(name: str, lines: Iterator[str], phrases: Mapping[str, str]) -> Iterator[str]:
    yield phrases[f"story.{name}"]
    yield from (f"  {line}" for line in [*lines] or [phrases["story.nothing"]])


def _row(row: Mapping[str, Any], facts: Mapping[str, str], phrases: Mapping[str, str]) -> str:
    known = (f"{phrases[facts[name]]}: {_shown(row[name])}" for name in facts if row[name] is not None)
    return f"{_place(row)}  {row['dossier_code'] or row['code_as_written'] or ''}  " + "; ".join(known)


def _mismatch(row: Mapping[str, Any], phrases: Mapping[str, str]) -> str:
    days = phrases["story.since"].format(first=_shown(row["first_seen_on"]), last=_shown(row["last_seen_on"]))
    frozen = (
        phrases["story.frozen"].format(since=_shown(row["not_checkable_since"])) if row["not_checkable_since"] else ""
    )
    parts = (phrases[f"rule.{row['rule_id']}"], phrases[f"status.{row['status']}"], days, frozen, row["detail"])
    return f"{row['rule_id']}  " + "; ".join(part for part in parts if part)


def _score(row: Mapping[str, Any], phrases: Mapping[str, str]) -> str:
    doubt = f" ({phrases['story.doubtful']})" if row["needs_review"] else ""
    return f"{row['score']:.4f}{doubt}; {row['evidence']}"


def _weighed(row: Mapping[str, Any], phrases: Mapping[str, str]) -> Iterator[str]:
    for side in ("for", "against"):
        yield f"  {phrases[f'review.{side}']}: {row[f'evidence_{side}']}"


def _decision(row: Mapping[str, Any], phrases: Mapping[str, str]) -> str:
    parts = (row["decided_at"], row["decided_by"], phrases[f"decision.{row['verdict']}"], row["why"], row["evidence"])
    return f"{row['pair_id']}  " + "; ".join(part for part in parts if part)


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['file']}:{row['row']}"


def _shown(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
