"""Why a file was held, refused or missed, told to the reader from a phrase's name and its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.cause import from_json, to_json, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.cause import Fact

REFUSAL, GATE = "refusal", "gate"  # tables of the phrases
HASH_SHOWN = 12
WORDS = {"what": pl.String, "tip": pl.String}


def reason(table: str, why: str, facts: Mapping[str, Fact], phrases: Mapping[str, str]) -> dict[str, str]:
    """The columns why, facts and message of the state's table load, for a phrase of REFUSAL or GATE."""
    return {"why": why, "facts": to_json(facts), "message": words(f"{table}.{why}", facts, phrases)}


def told(files: pl.DataFrame, phrases: Mapping[str, str]) -> pl.DataFrame:
    """`what` is wrong with each file and a `tip`, null where there is none; a row or two for each file of a night.

    `files` has verdict, why, facts, message and content_hash. The finished message stands where nothing else is kept
    (a state from before the facts), or where this program does not know the phrase.
    """
    rows = files.select("verdict", "why", "facts", "message", "content_hash").to_dicts()
    return pl.DataFrame([_told(row, phrases) for row in rows], WORDS, orient="row")


def in_full(files: pl.DataFrame, phrases: Mapping[str, str]) -> pl.Series:
    """Both in one text."""
    return told(files, phrases).select(sentence(pl.col("what"), pl.col("tip")))["what"]


def sentence(what: pl.Expr, tip: pl.Expr) -> pl.Expr:
    """What is wrong and, where there is some, what to do about it."""
    stop = pl.when(what.str.ends_with("…")).then(pl.lit(" ")).otherwise(pl.lit(". "))
    return pl.when(tip.is_null()).then(what).otherwise(pl.concat_str(what, stop, tip, ignore_nulls=True))


def _told(file: Mapping[str, str | None], phrases: Mapping[str, str]) -> tuple[str | None, str | None]:
    why, facts = file["why"], file["facts"]
    if why is None or facts is None:
        return file["message"], None
    table = REFUSAL if file["verdict"] == "refused" else GATE
    filled = {"hash": (file["content_hash"] or "")[:HASH_SHOWN], **from_json(facts)}
    tip = {"refused": f"refusal_tip.{why}", "held": "gate_tip.held"}.get(file["verdict"] or "")
    try:
        return words(f"{table}.{why}", filled, phrases), words(tip, filled, phrases) if tip else None
    except KeyError:
        return file["message"], None
