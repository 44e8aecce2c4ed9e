"""The true world: dossiers (hồ sơ) of one year as they were handed in, decided, handed over and closed, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from tests.benchmarks.outcomes import AS_OF, COUNTER_MINUTES, COUNTER_OPENS, outcomes
from tests.benchmarks.words import Dice, add_working_days, draw, pick, procedures, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.benchmarks.levels import Scenes

Mask = npt.NDArray[np.bool_]
FIRST_DAY, LAST_DAY = np.datetime64("2025-01-02"), np.datetime64(AS_OF)
MOST_UNITS = 80 * 75


def agency(unit: int) -> str:
    """The agency part of a unit's codes (form A); neighbours differ by one digit, as in the real list."""
    return f"000.{17 + unit % 80:02d}.{22 + unit // 80:02d}.H56"


def make_dossiers(dice: Dice, count: int, units: int, surnames: str, scenes: Scenes) -> pl.DataFrame:
    """One row per dossier, ordered by unit, day and serial.

    Columns: dossier, unit, code, code_on, serial, is_online, received_on, received_at, due_on, procedure, applicant,
    address, phone, state, status, finished_at, case_returned_on, book_returned_on.
    """
    dossiers = _at_the_counter(dice, count, units)
    dossiers = dossiers.hstack(_applicants(dice, dossiers["unit"].to_numpy().astype(np.int64), surnames))
    dossiers = _crowd(dice, dossiers, scenes)
    dossiers = dossiers.with_columns(
        applicant=pl.concat_str("surname", "middle", "given", separator=" "),
        code=pl.concat_str(
            _agencies("unit"),
            pl.col("code_on").dt.strftime("%y%m%d"),
            pl.col("serial").cast(pl.String).str.zfill(4),
            separator="-",
        ),
    )
    soonest = pl.col("received_at") + pl.duration(minutes=10)
    finished_at = pl.when(pl.col("finished_at") < soonest).then(soonest).otherwise("finished_at")
    return (
        dossiers.hstack(outcomes(dice, dossiers))
        .with_columns(finished_at=finished_at)
        .drop("surname", "middle", "given")
    )


def _agencies(column: str) -> pl.Expr:
    return pl.col(column).replace_strict({unit: agency(unit) for unit in range(MOST_UNITS)}, return_dtype=pl.String)


def _at_the_counter(dice: Dice, count: int, units: int) -> pl.DataFrame:
    """Unit, day, serial and time of each dossier; one in twelve comes online, received a working day later at most."""
    year = np.arange(FIRST_DAY, LAST_DAY)
    year = year[np.is_busday(year, holidays=words()["holidays"])]
    busy = dice.lognormal(0, 0.3, len(year))
    arrivals = pl.DataFrame(
        {
            "unit": np.sort(dice.integers(0, units, count)).astype(np.uint16),
            "code_on": dice.choice(year, count, p=busy / busy.sum()),
        }
    ).sort("unit", "code_on")
    is_online = dice.random(count) < 1 / 12
    received = add_working_days(arrivals["code_on"].to_numpy(), np.where(is_online, dice.integers(0, 2, count), 0))
    procedure = dice.choice(
        procedures().height, count, p=(procedures()["share"] / procedures()["share"].sum()).to_numpy()
    )
    due = add_working_days(received, procedures()["working_days"].to_numpy()[procedure])
    serial = pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("unit", "code_on")
    minutes = COUNTER_OPENS + COUNTER_MINUTES * pl.col("serial") / (pl.len().over("unit", "code_on") + 1)
    return arrivals.with_columns(
        dossier=pl.int_range(pl.len(), dtype=pl.UInt32),
        serial=serial,
        is_online=is_online,
        received_on=received,
        due_on=due,
        procedure=procedure.astype(np.uint16),
    ).with_columns(
        received_at=pl.col("received_on").cast(pl.Datetime("ms")) + pl.duration(seconds=(60 * minutes).cast(pl.Int64))
    )


def _applicants(dice: Dice, unit: npt.NDArray[np.int64], surnames: str) -> pl.DataFrame:
    """Somebody of the unit's people for each dossier; many come more than once a year."""
    count, units = len(unit), int(unit.max()) + 1
    per_unit = -(-count // units)
    people = _people(dice, per_unit * units, surnames)
    chosen = people[unit * per_unit + dice.integers(0, per_unit, count)]
    hamlets = dice.integers(0, len(words()["hamlets"]), 12 * units)
    return chosen.with_columns(address=pick(words()["hamlets"], hamlets[unit * 12 + chosen["hamlet"].to_numpy()])).drop(
        "hamlet"
    )


def _people(dice: Dice, count: int, surnames: str) -> pl.DataFrame:
    names = words()["people"][surnames]
    is_man = dice.random(count) < 0.5
    prefix = np.array([86, 96, 97, 98, 32, 33, 34, 35, 36, 37, 38, 39, 70, 79, 77, 81, 82, 91, 94, 88])
    phone = prefix[dice.integers(0, len(prefix), count)] * 10_000_000 + dice.integers(0, 10_000_000, count)
    return pl.DataFrame(
        {
            "surname": draw(dice, count, names["surnames"]),
            "middle": _by_sex(dice, is_man, names["middles_men"], names["middles_women"]),
            "given": _by_sex(dice, is_man, names["givens_men"], names["givens_women"]),
            "hamlet": dice.integers(0, 12, count),
            "phone": "0" + pl.Series(phone).cast(pl.String),
        }
    )


def _by_sex(dice: Dice, is_man: Mask, men: Mapping[str, float], women: Mapping[str, float]) -> pl.Series:
    count = len(is_man)
    return draw(dice, count, men).zip_with(pl.Series(is_man), draw(dice, count, women))


def _crowd(dice: Dice, dossiers: pl.DataFrame, scenes: Scenes) -> pl.DataFrame:
    """Let dossiers take person, family or procedure from the one before them on the same day at the same counter."""
    count, follows = dossiers.height, pl.col("serial") > 1
    same_person = follows & pl.lit(pl.Series(dice.random(count) < scenes.same_person))
    family = same_person | (follows & pl.lit(pl.Series(dice.random(count) < scenes.family)))
    stack = follows & pl.lit(pl.Series(_runs(dice, count, scenes.stack)))
    taken = {
        "middle": same_person,
        "given": same_person,
        "surname": family,
        "address": family,
        "phone": family,
        "procedure": stack,
    }
    crowded = dossiers.with_columns(
        pl.when(~mask).then(column).forward_fill().alias(column) for column, mask in taken.items()
    )
    late = add_working_days(
        crowded["received_on"].to_numpy(), procedures()["working_days"].to_numpy()[crowded["procedure"].to_numpy()]
    )
    return crowded.with_columns(due_on=pl.Series(late))


def _runs(dice: Dice, count: int, rate: float) -> Mask:
    starts = np.flatnonzero(dice.random(count) < rate)
    edges = np.zeros(count + 16, dtype=np.int64)
    np.add.at(edges, starts + 1, 1)
    np.add.at(edges, starts + dice.integers(3, 13, len(starts)), -1)
    return edges.cumsum()[:count] > 0
