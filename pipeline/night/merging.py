"""Rows of the files that were let in, merged into the state's: the newest word on a dossier stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.gather import Books, book_unit, newest, newest_lines
from pipeline.night.horizon import horizon, kept_cases, kept_lines
from pipeline.night.inbox import HASH_SHOWN
from pipeline.normalise.codes import code_key, with_code_texts, without_code_texts
from schemas.state import CASE_ROW, LOGBOOK_ROW, QUARANTINE_REASON, QUARANTINED_ROW
from schemas.tables import CASE_RECORD, LOGBOOK_ENTRY, QUARANTINED, SHARED, SOURCE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.night.generations import State
    from pipeline.night.intake import Intake
    from pipeline.prepare import Source
    from schemas.tables import Kind

BOOKS = ("case_row", "logbook_row")  # the tables that are as large as the files


def merge(state: State, intake: Intake, rows: Callable[[str], pl.DataFrame]) -> State:
    """The state's rows with those of the accepted files; what a newer file says replaces an older one's word.

    `rows` gives the state's rows of one of BOOKS: read one after the other, so that not both lie beside the files'.
    """
    rank = _ranks(intake.loads)
    cases = [_rows(s, key, CASE_ROW) for key, s in intake.accepted.items() if not s.is_logbook]
    lines = [_rows(s, key, LOGBOOK_ROW) for key, s in intake.accepted.items() if s.is_logbook]
    reasons = [_reasons(source, key) for key, source in intake.accepted.items()]
    aside = [_quarantined(source, key) for key, source in intake.accepted.items()]
    case_rows = newest(_aged(pl.concat([rows("case_row"), *cases]), rank)).drop("age")
    case_rows = kept_cases(case_rows, state["mismatch"], horizon(state))
    all_lines = pl.concat([rows("logbook_row"), *lines])
    quarantined = pl.concat([state["quarantined_row"], *aside])
    all_reasons = pl.concat([state["quarantine_reason"], *reasons])
    outdone = _written_again(all_lines, _outdone(intake.loads, [all_lines, quarantined, all_reasons]))
    live_lines = all_lines.join(outdone, "content_hash", "anti", maintain_order="left")  # what was struck is not there
    logbook_rows = newest_lines(_aged(live_lines, rank)).drop("age")
    logbook_rows = kept_lines(logbook_rows, state["mismatch"], horizon(state))
    return state | {
        "load": intake.loads,
        "case_row": case_rows,
        "logbook_row": logbook_rows,
        "quarantined_row": _still_aside(quarantined, case_rows, logbook_rows).join(outdone, "content_hash", "anti"),
        "quarantine_reason": all_reasons.join(outdone, "content_hash", "anti"),
    }


def books_of(state: State) -> Books:
    """The state's rows as linking and rules read them; files in the order of their names."""
    files = _called(state["load"]).with_columns(speaks_from=pl.lit(horizon(state), pl.Date))
    return Books(
        without_code_texts(_with_file(state["case_row"], files)).select(*CASE_RECORD),
        without_code_texts(_with_file(state["logbook_row"], files)).select(*LOGBOOK_ENTRY),
        state["quarantined_row"].select(*QUARANTINED),
        files.select(*SOURCE_FILE),
    )


def _with_file(rows: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    called = dict(files.select("content_hash", "file").iter_rows())
    return rows.with_columns(file=pl.col("content_hash").replace_strict(called, return_dtype=SHARED))


def _called(loads: pl.DataFrame) -> pl.DataFrame:
    """Accepted files under names of their own: the newest as it was called, older ones with their archive's name."""
    aged = loads.filter(verdict="accepted").join(_ranks(loads), "content_hash")
    in_archive = pl.format("{} [archive/{}]", "file", pl.col("content_hash").str.head(HASH_SHOWN))
    is_newest = pl.col("age") == pl.col("age").max().over("file")
    return aged.with_columns(file=pl.when(is_newest).then("file").otherwise(in_archive))


def _ranks(loads: pl.DataFrame) -> pl.DataFrame:
    """Files in the order of what they know, whatever the order in which they came: content_hash, age."""
    order = ("last_event_on", "modified_ns", "content_hash")
    return loads.sort(*order, nulls_last=False).select("content_hash").with_row_index("age")


def _aged(rows: pl.DataFrame, ranks: pl.DataFrame) -> pl.DataFrame:
    ages = dict(ranks.select("content_hash", "age").iter_rows())
    age = pl.col("content_hash").replace_strict(ages, return_dtype=pl.UInt32)
    return rows.with_columns(age=age)


def _written_again(lines: pl.DataFrame, outdone: pl.DataFrame) -> pl.DataFrame:
    """The outdone files but books of which most lines stand nowhere else: another book may bear the same file name.

    A line stands elsewhere where the same person came on the same day.
    """
    old, others = (lines.join(outdone, "content_hash", how) for how in ("semi", "anti"))
    again = old.join(others, ["book_unit", "applicant_key", "received_on"], "semi", nulls_equal=True)
    counts = [part.group_by("content_hash").len(name) for part, name in ((old, "lines"), (again, "again"))]
    is_other = pl.col("again").fill_null(0) * 2 < pl.col("lines")
    return outdone.join(counts[0].join(counts[1], "content_hash", "left").filter(is_other), "content_hash", "anti")


def _rows(source: Source, content_hash: str, columns: Mapping[str, Kind]) -> pl.DataFrame:
    accepted = source.split.accepted
    own = with_code_texts(accepted).with_columns(book_unit("file"), content_hash=pl.lit(content_hash))
    return own.select(pl.col(name).cast(kind) for name, kind in columns.items())


def _quarantined(source: Source, content_hash: str) -> pl.DataFrame:
    aside = source.split.quarantined.with_columns(
        code_key(), content_hash=pl.lit(content_hash), feed=pl.lit(source.feed), is_logbook=pl.lit(source.is_logbook)
    )
    return aside.select(pl.col(name).cast(kind) for name, kind in QUARANTINED_ROW.items())


def _reasons(source: Source, content_hash: str) -> pl.DataFrame:
    reasons = source.split.reasons.with_columns(content_hash=pl.lit(content_hash))
    return reasons.select(pl.col(name).cast(kind) for name, kind in QUARANTINE_REASON.items())


def _outdone(loads: pl.DataFrame, tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Accepted files that a newer one replaces as a whole: of the same feed and unit, over all their days.

    Only those of which a table still has a row: after years they are few, and all pairs of files would be a million.
    A book's newer version has its name; another book may well reach over the same days.
    """
    ranked = loads.filter(verdict="accepted").join(_ranks(loads), "content_hash")
    newer = ranked.select("feed", "unit_key", "file", "age", "first_received_on", "last_received_on")
    here = pl.concat([table["content_hash"].unique() for table in tables]).unique()
    asked = ranked.filter(pl.col("content_hash").is_in(here.implode()))
    pairs = asked.join(newer, ["feed", "unit_key"], nulls_equal=True, suffix="_newer")
    is_replaced = pairs.filter(
        pl.col("age_newer") > pl.col("age"),
        pl.col("first_received_on_newer") <= pl.col("first_received_on"),
        pl.col("last_received_on_newer") >= pl.col("last_received_on"),
        ~pl.col("is_logbook") | (pl.col("file_newer") == pl.col("file")),
    )
    return is_replaced.select("content_hash").unique()


def _still_aside(quarantined: pl.DataFrame, cases: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Rows set aside of whose dossier the same side has no accepted row."""
    accepted = (
        pl.concat(
            [
                cases.select("feed", "code_key"),
                lines.select("feed", "code_key"),
            ]
        )
        .drop_nulls()
        .unique()
    )
    return quarantined.join(accepted, ["feed", "code_key"], "anti")
