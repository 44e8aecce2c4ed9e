"""`make model`: learn the weights of schemas/linking_weights.toml from generated books, and calibrate the scores.

The weights are learned without looking at the truth; only the calibration looks, on sets of other seeds. None of these
seeds is measured on.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import log2
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.database import ArrowStream
from pipeline.learn import as_toml, learned, opened
from pipeline.link import compare, linking_values, settle, step_values
from pipeline.model import CALIBRATIONS, WEIGHTS, load_model
from pipeline.prepare import prepare
from pipeline.settings import load_settings
from tests.benchmarks.accuracy import PAIR
from tests.benchmarks.levels import BRUTAL, CROWDED, NASTY, OFFICE, USUAL, Level, Scenes
from tests.benchmarks.runs import kept

if TYPE_CHECKING:
    from pipeline.prepare import Source
    from pipeline.settings import Settings

BOOKS: tuple[tuple[Level, int, int, str, Scenes], ...] = (  # level, dossiers, units, surnames, scenes
    (OFFICE, 100_000, 13, "usual", USUAL),
    (NASTY, 100_000, 13, "usual", USUAL),
    (BRUTAL, 100_000, 13, "other", USUAL),
    (BRUTAL, 100_000, 13, "usual", CROWDED),
    (OFFICE, 100_000, 13, "other", CROWDED),
    (NASTY, 4_000, 1, "usual", USUAL),
    (BRUTAL, 4_000, 1, "usual", USUAL),
)
LEARN_SEED = 1_000
# what is settled is so seldom wrong that one set of books shows too little
CALIBRATE_SEEDS = range(2_000, 7_000, 1_000)
LEAST_LINKS = 200  # in a bin, else it is taken together with the next
UNSEEN = 10.0  # bits below the first bin
SEEN = """
with found as (
    select entry_id, record_id, agreement, weight as bits, false as is_contested from certain_link
    union all
    select entry_id, record_id, agreement, bits, weight - bits > 1 as is_contested from assigned
)
select
    found.bits,
    case when found.is_contested then 'contested' when pattern.is_settled then 'settled' else '' end as kind,
    truth.logbook_row is not null as is_right
from found
inner join pattern on found.agreement = pattern.agreement
inner join logbook_entry on found.entry_id = logbook_entry.entry_id
inner join case_record on found.record_id = case_record.record_id
left join truth on logbook_entry.row = truth.logbook_row and case_record.row = truth.feed_row
"""
EDGES = (-2.0, *(half / 2 for half in range(-2, 13)), 7.0, 8.0, 10.0, 12.0, 14.0, 18.0)  # bits


def main() -> None:
    """Write schemas/linking_weights.toml anew."""
    hand = load_model({}, is_learned=False)
    model = learned([(opened(sources, settings), settings) for sources, settings, _ in _sets(LEARN_SEED)], hand)
    seen = pl.concat(_seen(*one, model) for seed in CALIBRATE_SEEDS for one in _sets(seed))
    kind = pl.col("kind")
    of_kind = (kind != "contested", kind == "contested", kind == "settled")  # what is neither is judged by the average
    knots = {name: calibrated(seen.filter(is_so)) for name, is_so in zip(CALIBRATIONS, of_kind, strict=True)}
    WEIGHTS.write_text(_file(model, knots), encoding="utf-8")
    print(f"{WEIGHTS}: {knots}")


def calibrated(seen: pl.DataFrame) -> list[list[float]]:
    """Knots (bits said, bits seen to hold) of links with the columns bits and is_right; never falling.

    Below all that was seen it is twice as steep: what strangers share by chance lies there.
    """
    bins = pl.Series(EDGES).search_sorted(seen["bits"])
    of_bin = (
        seen.with_columns(bin=bins)
        .group_by("bin")
        .agg(pl.col("bits").mean(), n=pl.len(), right=pl.col("is_right").sum())
        .sort("bits")
    )
    pooled: list[tuple[float, int, int]] = []
    for one in of_bin.select("bits", "n", "right").iter_rows():
        pooled.append(one)
        while len(pooled) > 1 and (pooled[-2][1] < LEAST_LINKS or _held(pooled[-2]) >= _held(pooled[-1])):
            pooled[-2:] = [_together(*pooled[-2:])]  # so is what falls
    knots = [[round(one[0], 3), round(_held(one), 3)] for one in pooled]
    (said, held), *_ = knots
    return [[round(said - UNSEEN, 3), round(held - 2 * UNSEEN, 3)], *knots]


def _held(one: tuple[float, int, int]) -> float:
    """The bits that links were seen to hold; half a link is right and half a one wrong before any was seen."""
    _, links, right = one
    return log2((right + 0.5) / (links - right + 0.5))


def _together(one: tuple[float, int, int], other: tuple[float, int, int]) -> tuple[float, int, int]:
    links = one[1] + other[1]
    return (one[0] * one[1] + other[0] * other[1]) / links, links, one[2] + other[2]


def _sets(seed: int) -> list[tuple[list[Source], Settings, pl.DataFrame]]:
    """Sources, settings and truth of each set."""
    made = []
    for number, (level, dossiers, units, surnames, scenes) in enumerate(BOOKS):
        files = kept(dossiers, level, seed + number, units=units, surnames=surnames, scenes=scenes)
        settings = load_settings(files.config)
        sources = [prepare(files.igate, "igate", settings), prepare(files.logbook, "logbook", settings)]
        made.append((sources, settings, pl.read_parquet(files.truth_links)))
    return made


def _seen(sources: list[Source], settings: Settings, truth: pl.DataFrame, model: dict[str, Any]) -> pl.DataFrame:
    """How many bits each link has before calibration, and whether it is right."""
    con = opened(sources, settings)
    values = linking_values(settings) | step_values(model | {name: [[0.0, 0.0]] for name in CALIBRATIONS})
    compare(con, values)
    settle(con, values)
    con.register("truth", ArrowStream(truth.select(PAIR)))
    return pl.DataFrame(ArrowStream(con.sql(SEEN)))


def _file(model: dict[str, Any], knots: dict[str, list[list[float]]]) -> str:
    """The text of schemas/linking_weights.toml."""
    books = ", ".join(f"{level.name} {dossiers}" for level, dossiers, *_ in BOOKS)
    head = [
        "# Written by `make model`; laid over schemas/linking.toml. Levels: step compared of sql/20_link.",
        f'version = "{datetime.now(UTC):%Y-%m-%d}"',
        f'learned_from = "generated books: {books}, without their truth"',
        "# [bits that the evidence says, bits that it was seen to hold], with straight lines between",
        *(f"{name} = [" + ", ".join(f"[{x}, {y}]" for x, y in of_kind) + "]" for name, of_kind in knots.items()),
    ]
    return "\n".join([*head, *as_toml(model)]) + "\n"


if __name__ == "__main__":
    main()
