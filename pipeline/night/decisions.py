"""What people decide about doubtful links: kept with who, when and why, and winning in every later run."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from pipeline import link, reconcile, store
from pipeline.errors import InputRefused, UsageFault
from pipeline.night.intake import books_of, line_or_content_key
from pipeline.read import read_file
from pipeline.store import put
from schemas.state import DECISION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

    from pipeline.night.generations import State
    from pipeline.night.tonight import Tonight
    from pipeline.settings import Settings
    from pipeline.store import Stored

PAIR_LENGTH = 10  # of the digest that names a pair; a book has thousands of lines
VERDICTS = ("same", "not_same", "later")
SIDES = ("file", "row", "dossier_code", "applicant_name", "procedure_name", "received_on", "due_on", "returned_on")


def load_state(con: duckdb.DuckDBPyConnection, state: State, settings: Settings) -> Stored:
    """The state's books and people's decisions about them, as linking reads both."""
    put(con, "decided_pair", _decided_pairs(state))
    return store.load(con, books_of(state), settings)


IN_DOUBT = pl.col("needs_review")


def links_of(
    state: State, settings: Settings, phrases: Mapping[str, str], is_explained: pl.Expr = IN_DOUBT
) -> pl.DataFrame:
    """All links of the state's books by entry_id and record_id, with their evidence in words.

    Those that `is_explained` chooses have evidence_for and evidence_against too, which sum up to the score.
    """
    with store.open_database() as con:
        load_state(con, state, settings)
        link.link(con, settings)
        reconcile.put_in_words(con, phrases)
        links = reconcile.links_by_id(con)
        weights = link.link_weights(con, settings, links.filter(is_explained)["entry_id"].to_list())
    return links.join(weighed(weights, phrases), ["entry_id", "record_id"], "left")


def weighed(weights: pl.DataFrame, phrases: Mapping[str, str]) -> pl.DataFrame:
    """What speaks for each link and what against it, the weightiest first, with bits: twice as probable is one bit."""
    words = {key.partition(".")[2]: text for key, text in phrases.items() if key.startswith("evidence.")}
    said = pl.col("phrase").replace_strict(words, default=phrases["review.other"], return_dtype=pl.String)
    bits = pl.col("weight").round(1)
    shown = said + " " + pl.when(bits > 0).then(pl.lit("+")).otherwise(pl.lit("−")) + bits.abs().cast(pl.String)
    heaviest = weights.with_columns(shown=shown, bits=bits).sort(pl.col("weight").abs(), descending=True)
    return heaviest.group_by("entry_id", "record_id", maintain_order=True).agg(
        pl.col("shown").filter(pl.col("bits") > 0).str.join("; ").alias("evidence_for"),
        pl.col("shown").filter(pl.col("bits") < 0).str.join("; ").alias("evidence_against"),
    )


def pending(state: State, settings: Settings, phrases: Mapping[str, str]) -> pl.DataFrame:
    """The pairs that wait for a person, the likeliest first: pair_id, score, evidence, feed and both sides' columns.

    A pair put off comes back when its evidence is another.
    """
    doubtful = links_of(state, settings, phrases).filter("needs_review")
    books = books_of(state)
    both = (
        doubtful.join(_side(books.entries, _lines(state), "entry_id", "logbook"), "entry_id")
        .join(_side(books.cases, _records(state), "record_id", "case"), "record_id")
        .with_columns(pair_id=_pair_id())
    )
    put_off = state["decision"].filter(verdict="later").select("pair_id", "evidence")
    return both.join(put_off, ["pair_id", "evidence"], "anti").sort("score", "pair_id", descending=[True, False])


def decide(state: State, answers: pl.DataFrame, by: str, tonight: Tonight) -> State:
    """The state with the answers (pair_id, verdict, why) about pairs that wait; a later one replaces an earlier one.

    Raises:
        UsageFault: a pair does not wait, or a verdict is none of VERDICTS; nothing is kept then.
    """
    waiting = pending(state, tonight.settings, tonight.phrases)
    unknown = answers.join(waiting, "pair_id", "anti")["pair_id"].to_list()
    wrong = answers.filter(~pl.col("verdict").is_in(VERDICTS))["pair_id"].to_list()
    if unknown or wrong:
        raise UsageFault(
            f"no such pair waits, or no such verdict: {', '.join([*unknown, *wrong])}",
            "`doichieu review` lists the pairs; the verdicts are same, not_same, later.",
        )
    facts = answers.join(waiting, "pair_id").with_columns(
        decided_by=pl.lit(by), decided_at=pl.lit(tonight.now.isoformat(timespec="seconds"))
    )
    new = facts.select(pl.col(name).cast(kind) for name, kind in DECISION.items())
    return state | {"decision": pl.concat([state["decision"].join(new, "pair_id", "anti"), new])}


def read_answers(path: Path, phrases: Mapping[str, str]) -> pl.DataFrame:
    """The decided rows of a returned work list (XLSX or CSV): pair_id, verdict, why; undecided rows are left out.

    Raises:
        InputRefused: no sheet has both columns, or a decision's word is unknown; by row, all at once.
    """
    headings = {phrases[f"column.{name}"]: name for name in ("pair_id", "decision", "remark")}
    for grid in read_file(path):
        names = {
            grid.cells[cell].str.strip_chars()[row]: cell
            for row in range(min(grid.cells.height, 5))
            for cell in grid.cell_columns
        }
        found = {meaning: names[heading] for heading, meaning in headings.items() if heading in names}
        if {"pair_id", "decision"} <= found.keys():
            return _answers(grid.cells.rename({cell: meaning for meaning, cell in found.items()}), path, phrases)
    wanted = ", ".join(headings)
    raise InputRefused(
        f"{path.name}: no sheet with the columns {wanted}", "Take the file that `doichieu review` wrote."
    )


def _answers(rows: pl.DataFrame, path: Path, phrases: Mapping[str, str]) -> pl.DataFrame:
    words = {phrases[f"decision.{verdict}"]: verdict for verdict in VERDICTS}
    why = pl.col("remark") if "remark" in rows.columns else pl.lit(None, pl.String)
    texts = rows.select(
        "row",
        pl.col("pair_id").str.strip_chars(),
        said=pl.col("decision").str.strip_chars().str.to_lowercase(),
        why=why,
    )
    heading = phrases["column.pair_id"]
    given = texts.filter(pl.col("said").fill_null("") != "", pl.col("pair_id").fill_null(heading) != heading)
    strange = given.filter(~pl.col("said").is_in(list(words)))["row"].to_list()
    if strange:
        raise InputRefused(
            f"{path.name}: row {', '.join(map(str, strange))}: unknown decision", f"Write one of: {', '.join(words)}."
        )
    return given.select("pair_id", verdict=pl.col("said").replace_strict(words, return_dtype=pl.String), why="why")


def _decided_pairs(state: State) -> pl.DataFrame:
    """entry_id, record_id, is_same of the decisions that settle something."""
    settled = state["decision"].filter(pl.col("verdict") != "later")
    return (
        settled.join(_lines(state), "line_subject")
        .join(_records(state), ["feed", "record_subject"])
        .select(pl.col("entry_id", "record_id").cast(pl.UInt32), is_same=pl.col("verdict") == "same")
    )


def _lines(state: State) -> pl.DataFrame:
    return state["logbook_row"].select(line_subject=line_or_content_key()).with_row_index("entry_id")


def _records(state: State) -> pl.DataFrame:
    return state["case_row"].select("feed", record_subject="code_key").with_row_index("record_id")


def _side(rows: pl.DataFrame, subjects: pl.DataFrame, row_id: str, prefix: str) -> pl.DataFrame:
    """What a person compares, by the id that links use."""
    subject = next(name for name in subjects.columns if name.endswith("_subject"))
    shown = rows.select(pl.col(SIDES).name.prefix(f"{prefix}_"))
    return pl.concat([subjects.select(row_id, subject), shown], how="horizontal")


def _pair_id() -> pl.Expr:
    """A short name of a pair that stays the same over the nights."""
    whole = pl.concat_str("feed", "record_subject", "line_subject", separator="|", ignore_nulls=True)
    return whole.map_batches(_digests, return_dtype=pl.String)


def _digests(texts: pl.Series) -> pl.Series:
    """Of the few pairs that wait; polars' own hash is not the same on every machine."""
    return pl.Series([hashlib.sha256(text.encode()).hexdigest()[:PAIR_LENGTH] for text in texts], dtype=pl.String)
