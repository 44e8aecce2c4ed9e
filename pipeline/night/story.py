"""One dossier's whole story out of the state: its rows, its links, its mismatches and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import NoInput
from pipeline.gather import line_subject
from pipeline.night.decisions import links_of
from pipeline.night.generations import newest_state
from pipeline.night.merging import books_of
from pipeline.normalise.codes import code_key, read_codes, with_code_texts
from pipeline.report.phrases import load_phrases

if TYPE_CHECKING:
    from pipeline.night.generations import State
    from pipeline.night.home import Home
    from pipeline.settings import Settings


@dataclass(frozen=True)
class Story:
    """Frames of what each side says of the dossier, with file and row; empty ones where it says nothing."""

    cases: pl.DataFrame
    lines: pl.DataFrame
    links: pl.DataFrame
    decisions: pl.DataFrame
    mismatches: pl.DataFrame
    events: pl.DataFrame


def story_of(home: Home, written: str, settings: Settings) -> Story:
    """Everything about the dossier of a code, however it is written.

    Raises:
        NoInput: the text is no code, or no row of the state has it.
        ConfigFault: the state needs a person.
    """
    state = newest_state(home)
    key = _key_of(written, settings)
    books = books_of(state)
    cases = with_code_texts(books.cases).with_row_index("record_id")
    lines = with_code_texts(books.entries).with_row_index("entry_id")
    is_theirs = pl.col("record_id").is_in(_ids(cases.filter(code_key=key), "record_id")) | pl.col("entry_id").is_in(
        _ids(lines.filter(code_key=key), "entry_id")
    )
    links = links_of(state, settings, load_phrases(settings.lang), is_theirs).filter(is_theirs)
    is_case = (pl.col("code_key") == key) | pl.col("record_id").is_in(_ids(links, "record_id"))
    is_line = (pl.col("code_key") == key) | pl.col("entry_id").is_in(_ids(links, "entry_id"))
    cases, lines = cases.filter(is_case), lines.filter(is_line)
    if cases.is_empty() and lines.is_empty():
        raise NoInput(f"{written}: no row of the state has this code", "Check the code, and `doichieu status`.")
    mismatches = _mismatches(state, cases, lines)
    events = state["mismatch_event"].join(mismatches, "mismatch_id", "semi").sort("happened_on", "mismatch_id")
    return Story(cases, lines, links, _decisions(state, cases, lines), mismatches, events)


def _ids(rows: pl.DataFrame, name: str) -> pl.Expr:
    return pl.lit(rows[name]).implode()


def _key_of(written: str, settings: Settings) -> str:
    profile = next(profile for profile in settings.feeds.values() if not profile.is_logbook)
    texts = pl.Series("code", [written.strip()])
    read = read_codes(texts, pl.Series("received_on", [None], dtype=pl.Date), profile.codes)
    key = read.select(code_key()).item()
    if key is None:
        raise NoInput(f"{written}: is no dossier code", "Write unit-yymmdd-serial: H56.17.22-260305-0012.")
    return str(key)


def _decisions(state: State, cases: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """What people decided about the dossier, the oldest first."""
    subjects = state["logbook_row"].with_row_index("entry_id").select("entry_id", subject=line_subject())
    of_lines = subjects.join(lines, "entry_id", "semi")["subject"]
    is_of_case = pl.col("record_subject").is_in(cases["code_key"].implode())
    is_of_line = pl.col("line_subject").is_in(of_lines.implode())
    return state["decision"].filter(is_of_case | is_of_line).sort("decided_at")


def _mismatches(state: State, cases: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    subjects = state["logbook_row"].with_row_index("entry_id").select("entry_id", subject=line_subject())
    of_lines = subjects.join(lines, "entry_id", "semi")["subject"]
    is_theirs = pl.col("record_subject").is_in(cases["code_key"].implode()) | pl.col("line_subject").is_in(
        of_lines.implode()
    )
    return state["mismatch"].filter(is_theirs).sort("rule_id", "feed", nulls_last=True)
