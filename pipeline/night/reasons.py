"""Why a file was held or refused: the state keeps a phrase's name and its facts, a report tells it to its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.cause import from_json, to_json, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.cause import Fact


def reason(table: str, why: str, facts: Mapping[str, Fact], phrases: Mapping[str, str]) -> dict[str, str]:
    """The columns why, facts and message of the table load for a phrase of `table`, [gate] or [refusal]."""
    return {"why": why, "facts": to_json(facts), "message": _in_words(table, why, facts, phrases)}


def messages(loads: pl.DataFrame, phrases: Mapping[str, str]) -> pl.Series:
    """What is wrong with each file and what to do about it, null where nothing is.

    The finished text where the state is older than the facts, or this program does not know the phrase any more.
    """
    rows = loads.select("verdict", "why", "facts", "message").iter_rows(named=True)
    return pl.Series("message", [_told(row, phrases) for row in rows], pl.String)


def _told(load: Mapping[str, str | None], phrases: Mapping[str, str]) -> str | None:
    why, facts = load["why"], load["facts"]
    if why is None or facts is None:
        return load["message"]
    try:
        return _in_words("refusal" if load["verdict"] == "refused" else "gate", why, from_json(facts), phrases)
    except KeyError:
        return load["message"]


def _in_words(table: str, why: str, facts: Mapping[str, Fact], phrases: Mapping[str, str]) -> str:
    told = words(f"{table}.{why}", facts, phrases)
    return f"{told}. {words(f'{table}_tip.{why}', facts, phrases)}" if f"{table}_tip.{why}" in phrases else told
