"""The rows of all files of both sides; what a newer file says takes the place of an older one's word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from pipeline.normalise.codes import code_key
from schemas.tables import CASE_RECORD, LOGBOOK_ENTRY, QUARANTINED, SOURCE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.prepare import Source
    from schemas.tables import Kind


FIRST_CODES = 20  # enough to outvote a slip of the pen
DOSSIER_KEY = (pl.col("unit_key"), pl.col("code_on"), pl.col("serial"))  # makes a record a later word on another


class Books(NamedTuple):
    """All that both sides say, from files or from the state: CASE_RECORD, LOGBOOK_ENTRY, QUARANTINED, SOURCE_FILE."""

    cases: pl.DataFrame
    entries: pl.DataFrame
    quarantined: pl.DataFrame  # whom the rows set aside speak of, so that nobody is told missing because of them
    files: pl.DataFrame


def gather(sources: Sequence[Source]) -> tuple[Books, int]:
    """The rows of these files, and how many of them gave way to newer ones."""
    ranked = sorted(sources, key=_age)
    cases, old_cases = _newest([s for s in ranked if not s.is_logbook], CASE_RECORD, newest)
    entries, old_entries = _newest([s for s in ranked if s.is_logbook], LOGBOOK_ENTRY, newest_lines)
    return Books(cases, entries, _quarantined(sources), _source_files(sources)), old_cases + old_entries


def _age(source: Source) -> tuple[Any, ...]:
    """Files in the order of what they know; then of their time stamps. A file's name says nothing reliable."""
    last = source.last_event_on()
    return (last is not None, last or 0, source.table.path.stat().st_mtime_ns)


def _newest(
    sources: Sequence[Source], columns: Mapping[str, Kind], newest_of: Callable[[pl.DataFrame], pl.DataFrame]
) -> tuple[pl.DataFrame, int]:
    """All accepted rows of the files, those of an older file left out where a newer one says the same anew."""
    if not sources:
        return pl.DataFrame(schema=columns), 0
    rows = pl.concat([source.split.accepted for source in sources]).select(columns.keys())
    if len(sources) == 1:
        return rows, 0
    heights = pl.Series([source.split.accepted.height for source in sources])
    aged = rows.with_columns(age=pl.int_range(len(sources), dtype=pl.UInt32, eager=True).repeat_by(heights).explode())
    kept = newest_of(aged.with_columns(book_unit("age")))
    return kept.drop("age", "book_unit"), rows.height - kept.height


def newest(rows: pl.DataFrame) -> pl.DataFrame:
    """The records of the newest file that has their dossier; `age` tells the files' order. Those without a key stay."""
    has_no_key = pl.any_horizontal(part.is_null() for part in DOSSIER_KEY)
    return rows.filter(has_no_key | (pl.col("age") == pl.col("age").max().over("feed", *DOSSIER_KEY)))


def newest_lines(rows: pl.DataFrame) -> pl.DataFrame:
    """The lines that no newer file writes anew: under the same key, of the same code or of the same person's visit.

    Two books of a unit may bear the same number, one for each field: another code of another person is another line,
    and so is one of the same person's on another day, unless one of the two has no code.
    """
    keys = rows.select("age", "received_on", key=line_or_content_key(), code=code_key(), person="applicant_key")
    key, code, person, age = (pl.col(name) for name in ("key", "code", "person", "age"))
    is_coded = code.is_not_null()
    without_code = pl.when(~is_coded).then(age).max().over(key, person)
    newest_ages = (
        pl.when(is_coded).then(age.max().over(key, code)),
        pl.when(person.is_not_null()).then(age.max().over(key, person, "received_on")),
        pl.when(person.is_not_null()).then(pl.when(is_coded).then(without_code).otherwise(age.max().over(key, person))),
    )
    is_older = pl.any_horizontal((age < newest).fill_null(value=False) for newest in newest_ages)
    return rows.filter(~keys.select(is_older).to_series())


def book_unit(file: str) -> pl.Expr:
    """The unit that most of a book's first codes name, whatever follows: numbers of books and lines begin anew in each.

    A unit may get another code in the middle of a book, which comes again each night with more lines.
    """
    return pl.col("unit_key").drop_nulls().head(FIRST_CODES).mode().sort().first().alias("book_unit").over(file)


def line_key() -> pl.Expr:
    """What makes a line of one file a later writing of another's: unit, book, year and number; else number and code."""
    unit = pl.col("book_unit").fill_null("")
    year = pl.coalesce("received_on", "code_on").dt.year().cast(pl.String).fill_null("")
    by_book = pl.concat_str(unit, "book_no", "line_no", year, separator="|")
    by_code = pl.concat_str(unit, "line_no", code_key(), pl.col("received_on").cast(pl.String), separator="|")
    return pl.coalesce(by_book, by_code)


def line_or_content_key() -> pl.Expr:
    """A line's key; one without number or code is the same line when all that it says is the same."""
    said = ("line_no", "applicant_key", "procedure_key", "received_on", "due_on")
    parts = (pl.col("book_unit"), code_key(), *(pl.col(name) for name in said))
    return pl.coalesce(line_key(), pl.concat_str([part.cast(pl.String).fill_null("") for part in parts], separator="|"))


def line_subject() -> pl.Expr:
    """What a verdict or a decision on a line is about: the line and whose it is, as numbers move when one is struck."""
    return pl.concat_str(line_or_content_key(), pl.col("applicant_key").cast(pl.String).fill_null(""), separator="|")


def _quarantined(sources: Sequence[Source]) -> pl.DataFrame:
    splits = [source.split for source in sources if source.split.quarantined.height]  # of a thousand files, few have
    if not splits:
        return pl.DataFrame(schema=QUARANTINED)
    spoken_of = ("unit_key", "code_on", "serial", "applicant_key", "received_on")
    rows = pl.concat([split.quarantined.select(spoken_of) for split in splits])
    heights = pl.Series([split.quarantined.height for split in splits])
    is_logbook = pl.Series([split.is_logbook for split in splits]).repeat_by(heights).explode()
    return rows.with_columns(code_key(), is_logbook=is_logbook).select(*QUARANTINED)


def _source_files(sources: Sequence[Source]) -> pl.DataFrame:
    facts = [(s.file, s.feed, s.table.covers_from, s.table.covers_until, None) for s in sources]
    return pl.DataFrame(facts, schema=SOURCE_FILE, orient="row")
