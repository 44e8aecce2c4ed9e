"""What each agreement between a line and a record weighs: schemas/linking.toml under the user's [linking]."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.errors import ConfigFault
from pipeline.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

WORDS, WEIGHTS = ROOT / "schemas" / "linking.toml", ROOT / "schemas" / "linking_weights.toml"
BOUNDS = (
    *("share_in_software", "common_name_share", "sibling_code_share"),
    *("assert_at", "false_links", "review_at", "duplicate_at"),
)
CALIBRATIONS = ("calibration", "calibration_contested", "calibration_settled")
NOT_OWN = ("version", "learned_from", *CALIBRATIONS, "adjustment")  # no user's business
COMPARISONS = ("code", "applicant", "received", "due", "procedure", "phone", "address", "returned", "place")
BY_BOOK = "place"  # weighed by how well the very book keeps to the order: its m is only where that starts from
LEVELS = 8  # three bits of an agreement
FAR = 1000.0  # bits; nothing weighs as much
WEIGHT_TYPES = {
    "comparison": pl.String,
    "level": pl.UInt8,
    "weight": pl.Float64,
    "phrase": pl.String,
    "position": pl.UInt8,
}


def load_model(own: Mapping[str, Any], *, is_learned: bool = True) -> dict[str, Any]:
    """Bounds and levels: the user's over the learned weights over those set by hand.

    Raises:
        ConfigFault: a key is unknown, a bound or a level's m or u is no probability, or the bounds are out of order.
    """
    built_in = _read(WORDS)
    weights = _read(WEIGHTS) if is_learned and WEIGHTS.exists() else {}
    model = {key: _laid_over(key, value, weights.get(key)) for key, value in built_in.items()}
    model = {key: _laid_over(key, value, own.get(key)) for key, value in model.items()}
    faults = [f"unknown key {key}" for key in sorted(own.keys() - (built_in.keys() - set(NOT_OWN)))]
    faults += [f"{bound} is not between 0 and 1" for bound in BOUNDS if not _is_probability(model[bound], below=1)]
    faults += [f"{name} is not a level with m and u" for name in _wrong_levels(model)]
    if not faults and model["review_at"] > model["assert_at"]:
        faults = ["review_at is above assert_at"]
    if faults:
        raise ConfigFault(f"[linking]: {'; '.join(faults)}", "See schemas/linking.toml for the keys and their meaning.")
    return model


def level_weights(model: Mapping[str, Any]) -> pl.DataFrame:
    """Comparison, level, weight in bits, phrase; a comparison's level 0 (a side is silent) weighs nothing."""
    silent = [(comparison, 0, 0.0, "", position) for position, comparison in enumerate(COMPARISONS)]
    known = [
        (comparison, int(level), _weight(comparison, facts), facts["phrase"], position)
        for position, comparison in enumerate(COMPARISONS)
        for level, facts in model[comparison].items()
    ]
    return pl.DataFrame(silent + known, schema=WEIGHT_TYPES, orient="row")


def level_bits(model: Mapping[str, Any]) -> dict[str, list[float]]:
    """The weights of each comparison's levels from 0; a level that it has not weighs nothing."""
    weights = {name: [0.0] * LEVELS for name in COMPARISONS}
    for comparison, level, weight in level_weights(model).select("comparison", "level", "weight").iter_rows():
        weights[comparison][level] = weight
    return weights


def adjustment_phrases(model: Mapping[str, Any]) -> pl.DataFrame:
    """Name and phrase of what moves a score beside the levels."""
    named = [(name, facts["phrase"]) for name, facts in model["adjustment"].items()]
    return pl.DataFrame(named, schema=["adjustment", "phrase"], orient="row")


def bits(probability: float) -> float:
    """The log-odds of a probability, base 2."""
    return math.log2(probability / (1 - probability))


def calibration(knots: Sequence[Sequence[float]]) -> tuple[float, list[list[float]]]:
    """The value at the far left, and stretches (from, length, slope) up to the far right, where a bit is a bit."""
    first, last = knots[0], knots[-1]
    far = [[first[0] - FAR, first[1] - FAR], *knots, [last[0] + FAR, last[1] + FAR]]
    return far[0][1], [[x, next_x - x, (next_y - y) / (next_x - x)] for (x, y), (next_x, next_y) in pairwise(far)]


def uncalibrated(knots: Sequence[Sequence[float]], calibrated: float) -> float:
    """The bits that calibration turns into these."""
    reached, stretches = calibration(knots)
    for begins, length, slope in stretches:
        if reached + slope * length >= calibrated:
            return begins + (calibrated - reached) / slope
        reached += slope * length
    raise ValueError(calibrated)


def place_rings(widths: Sequence[float]) -> list[float]:
    """How many serials lie in each level of the place: what the next narrower one holds is no part of a wider one."""
    return [width - max((other for other in widths if other < width), default=0) for width in widths]


def _weight(comparison: str, facts: Mapping[str, float]) -> float:
    return 0.0 if comparison == BY_BOOK else math.log2(facts["m"] / facts["u"])


@cache
def _read(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _laid_over(key: str, built_in: Any, own: Any) -> Any:  # noqa: ANN401 -- TOML values are of any kind
    """A comparison's levels one by one, anything else as a whole."""
    if own is None:
        return built_in
    if key not in COMPARISONS or not isinstance(own, dict):
        return own
    return built_in | {
        level: built_in.get(level, {}) | facts if isinstance(facts, dict) else facts for level, facts in own.items()
    }


def _wrong_levels(model: Mapping[str, Any]) -> Iterator[str]:
    for comparison in COMPARISONS:
        if not isinstance(model[comparison], dict):
            yield comparison
            continue
        for level, facts in model[comparison].items():
            if not (level.isdigit() and 0 < int(level) < LEVELS and isinstance(facts, dict) and _is_level(facts)):
                yield f"{comparison}.{level}"


def _is_level(facts: Mapping[str, Any]) -> bool:
    return (
        set(facts) == {"m", "u", "phrase"}
        and all(_is_probability(facts[name]) for name in ("m", "u"))
        and isinstance(facts["phrase"], str)
    )


def _is_probability(value: object, below: float = math.inf) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= 1 and value < below
