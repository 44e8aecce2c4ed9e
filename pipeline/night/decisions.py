"""What people decide about doubtful links: kept with who, when and why, and winning in every later run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline import database, link, reconcile, store
from pipeline.database import put
from pipeline.errors import UsageFault
from pipeline.gather import line_subject
from pipeline.night.merging import books_of
from pipeline.night.pairs import pair_id
from pipeline.normalise.codes import dossier_code
from pipeline.shared import as_text
from schemas.state import DECISION

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from pipeline.night.generations import State
    from pipeline.night.tonight import Tonight
    from pipeline.settings import Settings
    from pipeline.store import Stored

VERDICTS = ("same", "not_same", "later")
SIDES = ("file", "row", "dossier_code", "applicant_name", "procedure_name", "received_on", "due_on", "returned_on")


def load_state(con: duckdb.DuckDBPyConnection, state: State, settings: Settings) -> Stored:
    """The state's books and people's decisions about them, as linking reads both."""
    database.be_modest(con, state["case_row"].height + state["logbook_row"].height, settings)
    put(con, "decided_pair", _decided_pairs(state))
    return store.load(con, books_of(state), settings)


IN_DOUBT = pl.col("needs_review")


def links_of(
    state: State, settings: Settings, phrases: Mapping[str, str], is_explained: pl.Expr = IN_DOUBT
) -> pl.DataFrame:
    """All links of the state's books by entry_id and record_id, with their evidence in words.

    Those that `is_explained` chooses have evidence_for and evidence_against too, which sum up to the score.
    """
    with database.open_database(settings.memory_limit) as con:
        load_state(con, state, settings)
        link.link(con, settings)
        reconcile.put_in_words(con, phrases)
        links = as_text(reconcile.links_by_id(con))
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
    return _waiting(linked_pairs(state, settings, phrases), state)


def linked_pairs(state: State, settings: Settings, phrases: Mapping[str, str]) -> pl.DataFrame:
    """All pairs that are linked, surely or not, with the columns of `pending` and needs_review."""
    books = books_of(state)
    return (
        links_of(state, settings, phrases)
        .join(_side(books.entries, _lines(state), "entry_id", "logbook"), "entry_id")
        .join(_side(books.cases, _records(state), "record_id", "case"), "record_id")
        .with_columns(pair_id=pair_id())
    )


def _waiting(pairs: pl.DataFrame, state: State) -> pl.DataFrame:
    put_off = state["decision"].filter(verdict="later").select("pair_id", "evidence")
    doubtful = pairs.filter("needs_review").join(put_off, ["pair_id", "evidence"], "anti")
    return doubtful.sort("score", "pair_id", descending=[True, False])


def decide(state: State, answers: pl.DataFrame, by: str, tonight: Tonight) -> State:
    """The state with the answers (pair_id, verdict, why) about linked pairs; a later one replaces an earlier one.

    A sure link may be denied too. An answer that is kept already changes nothing, so a list may come back twice.

    Raises:
        UsageFault: a pair is neither linked nor decided, or a verdict is none of VERDICTS; nothing is kept then.
    """
    kept = state["decision"]
    news = answers.join(kept, ["pair_id", "verdict"], "anti")
    if news.is_empty():
        return state
    known = _known(linked_pairs(state, tonight.settings, tonight.phrases), kept)
    unknown = news.join(known, "pair_id", "anti")["pair_id"].to_list()
    wrong = news.filter(~pl.col("verdict").is_in(VERDICTS))["pair_id"].to_list()
    if unknown or wrong:
        raise UsageFault(
            f"no such pair is linked, or no such verdict: {', '.join([*unknown, *wrong])}",
            "`doichieu review` lists the pairs; the verdicts are same, not_same, later. A list of another night may "
            "name pairs that are linked no more: clear those decisions.",
        )
    facts = news.join(known, "pair_id").with_columns(
        decided_by=pl.lit(by), decided_at=pl.lit(tonight.now.isoformat(timespec="seconds"))
    )
    new = facts.select(pl.col(name).cast(kind) for name, kind in DECISION.items())
    return state | {"decision": pl.concat([kept.join(new, "pair_id", "anti"), new])}


def _known(pairs: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """What names a pair and what spoke for it, of those linked now and of those once decided."""
    names = ("pair_id", "feed", "record_subject", "line_subject", "evidence")
    return pl.concat([pairs.select(names), decided.select(names)]).unique("pair_id", keep="first", maintain_order=True)


def _decided_pairs(state: State) -> pl.DataFrame:
    """entry_id, record_id, is_same of the decisions that settle something."""
    settled = state["decision"].filter(pl.col("verdict") != "later")
    return (
        settled.join(_lines(state), "line_subject")
        .join(_records(state), ["feed", "record_subject"])
        .select(pl.col("entry_id", "record_id").cast(pl.UInt32), is_same=pl.col("verdict") == "same")
    )


def _lines(state: State) -> pl.DataFrame:
    return state["logbook_row"].select(line_subject=line_subject()).with_row_index("entry_id")


def _records(state: State) -> pl.DataFrame:
    feed = pl.col("feed").cast(pl.String)  # as decisions have it
    return state["case_row"].select(feed, record_subject="code_key").with_row_index("record_id")


def _side(rows: pl.DataFrame, subjects: pl.DataFrame, row_id: str, prefix: str) -> pl.DataFrame:
    """What a person compares, by the id that links use."""
    subject = next(name for name in subjects.columns if name.endswith("_subject"))
    shown = as_text(rows.with_columns(dossier_code()).select(SIDES)).select(pl.all().name.prefix(f"{prefix}_"))
    return pl.concat([subjects.select(row_id, subject), shown], how="horizontal")
