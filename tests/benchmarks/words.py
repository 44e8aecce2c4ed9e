"""The lists in words.toml, and drawing from them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


Dice = np.random.Generator
Days = npt.NDArray[np.datetime64]


@cache
def words() -> Mapping[str, Any]:
    """The lists of names, places and procedures in words.toml."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@cache
def procedures() -> pl.DataFrame:
    """All, with procedure (0, 1, ...), procedure_name, field_name, officer, working_days, share of use, short_name."""
    rows = [
        {"procedure_name": entry[0], "field_name": field["name"], "officer": officer, "working_days": entry[1]}
        | {"share": field["weight"] / rank**1.3, "short_name": entry[2] if len(entry) > 2 else None}
        for field, officer in zip(words()["field"], 5 * words()["officers"], strict=False)
        for rank, entry in enumerate(field["procedures"], 1)
    ]
    return pl.DataFrame(rows).with_row_index("procedure").cast({"procedure": pl.UInt16})


def draw(dice: Dice, count: int, shares: Mapping[str, float]) -> pl.Series:
    """As many words as asked, by their shares."""
    weights = np.fromiter(shares.values(), dtype=float)
    return pick(list(shares), dice.choice(len(weights), count, p=weights / weights.sum()))


def pick(values: Sequence[str], index: npt.NDArray[Any]) -> pl.Series:
    """The values at these places."""
    return pl.Series(values).gather(pl.Series(index))


def add_working_days(days: Days, steps: npt.NDArray[np.int64]) -> Days:
    """The day so many working days later."""
    return np.busday_offset(days, steps, roll="forward", holidays=words()["holidays"])
