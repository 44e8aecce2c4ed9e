"""How a feed is understood, and how one file would be read: plain facts for `doichieu feeds`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.notices import of_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.prepare import Source
    from pipeline.profiles import FeedProfile

Fact = tuple[str, str]  # label, a key of [feeds] in the phrases; text
ROWS_SHOWN = 10


def feed_facts(profile: FeedProfile, phrases: Mapping[str, str]) -> Iterator[Fact]:
    """What a profile knows: file names, columns with their headings, states with their words."""
    yield "file_patterns", ", ".join(profile.file_patterns)
    yield "required", ", ".join(phrases[f"field.{name}"] for name in profile.required)
    for name, headings in profile.columns.items():
        yield "column", f"{phrases[f'field.{name}']} ({name}): {' | '.join(headings)}"
    for state, words in profile.states.items():
        yield "state", f"{state}: {' | '.join(words)}"


def file_facts(source: Source, phrases: Mapping[str, str]) -> Iterator[Fact]:
    """How the file was read, and what in it could not be; rows by number, never a cell's value but status words."""
    table = source.table
    yield "feed", f"{source.feed} ({table.profile.title})"
    yield (
        "form",
        " ".join(part for part in (table.format, table.sheet, table.encoding, _shown(table.delimiter)) if part),
    )
    yield "header_rows", ", ".join(map(str, table.header_rows))
    for heading, name in table.headings.items():
        yield "column", f"«{heading}» → {phrases[f'field.{name}']} ({name})"
    for heading in table.unknown_headings:
        yield "unknown_column", f"«{heading}»"
    if table.missing_expected:
        yield "missing", ", ".join(phrases[f"field.{name}"] for name in table.missing_expected)
    yield "rows", _account(source, phrases)
    yield from _noticed(source, phrases)
    yield from _unreadable(source, phrases)
    yield from _unknown_words(source)


def _noticed(source: Source, phrases: Mapping[str, str]) -> Iterator[Fact]:
    """What a report would say of the file, without its name and what stands above."""
    for phrase, facts in of_file(source, phrases):
        if phrase not in ("unknown_columns", "missing_columns"):
            yield "notice", phrases[f"notice.{phrase}"].removeprefix("{file}: ").format_map(facts)


def _shown(delimiter: str | None) -> str | None:
    return {None: None, "\t": "TAB"}.get(delimiter, f"«{delimiter}»")


def _account(source: Source, phrases: Mapping[str, str]) -> str:
    kinds = {phrases[f"kind.{kind}"]: count for kind, count in source.table.counts.items() if kind != "data"}
    parts = {
        phrases["column.accepted"]: source.split.accepted.height,
        phrases["column.quarantined"]: source.split.quarantined.height,
        **kinds,
    }
    return f"{source.rows} = " + " + ".join(f"{name} {count}" for name, count in parts.items())


def _unreadable(source: Source, phrases: Mapping[str, str]) -> Iterator[Fact]:
    by_rule = source.split.reasons.group_by("rule_id").agg(pl.col("row").unique().sort()).sort("rule_id")
    for rule_id, rows in by_rule.iter_rows():
        shown = ", ".join(map(str, rows[:ROWS_SHOWN])) + (" ..." if len(rows) > ROWS_SHOWN else "")
        yield "unreadable", f"{rule_id} {phrases[f'reason.{rule_id}']}: {len(rows)} ({shown})"


def _unknown_words(source: Source) -> Iterator[Fact]:
    """Status words that no state claims; a status is no personal data."""
    if source.is_logbook:
        return
    unknown = (
        source.split.accepted.filter(pl.col("state") == "unclassified")["status"].fill_null("").value_counts(sort=True)
    )
    for word, count in unknown.iter_rows():
        yield "unknown_status", f"«{word}»: {count}"
