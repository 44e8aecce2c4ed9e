"""How the two books put the same dossiers: the case system's export, and the logbook with a clerk's noise on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tests.benchmarks import noise_codes, noise_texts, other_hand
from tests.benchmarks.dossiers import MOST_UNITS
from tests.benchmarks.noise import strike
from tests.benchmarks.words import Dice, words

if TYPE_CHECKING:
    from types import ModuleType

    from tests.benchmarks.levels import Level

HANDS: dict[str, tuple[ModuleType, ModuleType]] = {  # whose ways of writing codes, and all else
    "usual": (noise_codes, noise_texts),
    "another": (other_hand, other_hand),
}
PAGE_LINES = 25
FIRST_ROW = 2  # what a spreadsheet shows: the headings are row 1


def _offices() -> pl.Expr:
    syllables = words()["commune_syllables"]
    names = {unit: f"UBND xã {syllables[unit % 16]} {syllables[(unit // 16 + 1) % 16]}" for unit in range(MOST_UNITS)}
    return pl.col("unit").replace_strict(names, return_dtype=pl.String)


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%d/%m/%Y")


def case_records(dice: Dice, world: pl.DataFrame, level: Level) -> pl.DataFrame:
    """The case system's export, newest first."""
    is_capital = pl.lit(pl.Series(dice.random(world.height) < level.feed_capitals))
    records = world.with_columns(
        applicant=pl.when(is_capital).then(pl.col("applicant").str.to_uppercase()).otherwise("applicant"),
        agency=_offices(),
        submitted=_day("code_on"),
        received=pl.col("received_at").dt.strftime("%d/%m/%Y %H:%M:%S"),
        due=_day("due_on"),
        finished=pl.col("finished_at").dt.strftime("%d/%m/%Y %H:%M"),
        returned=_day("case_returned_on"),
        channel=pl.when("is_online").then(pl.lit("Trực tuyến")).otherwise(pl.lit("Trực tiếp")),
    )
    return records.sort("received_at", "code", descending=True).with_row_index("feed_row", FIRST_ROW)


def logbook_lines(dice: Dice, world: pl.DataFrame, level: Level) -> pl.DataFrame:
    """The book (sổ theo dõi): each unit's own, in the order of the counter, with the clerk's noise on it."""
    lines = _written_twice(dice, _in_order_of_the_counter(dice, world, level), level)
    lines = (
        lines.drop("line")
        .with_row_index("line")
        .with_columns(
            logbook_row=pl.col("line") + FIRST_ROW,
            line_no=pl.int_range(1, pl.len() + 1).over("unit"),
            book_no=pl.format("{}/2025", pl.col("unit") + 1),
            copies=pl.lit(1),
            agency=_offices(),
            is_code_of_the_day=pl.col("code_on") == pl.col("received_on"),
            note=pl.lit(None, dtype=pl.String),
        )
    )
    lines = _dates(dice, _codes(dice, lines, level), level)
    lines = _texts(dice, lines, level)
    is_returned = pl.col("returned").is_not_null()
    return lines.with_columns(
        address_phone=pl.concat_str("address", "phone", separator=", ", ignore_nulls=True),
        return_method=pl.when(is_returned).then(pl.lit("Trực tiếp")),
        signature=pl.when(is_returned).then(pl.lit("Đã ký")),
    )


def _in_order_of_the_counter(dice: Dice, world: pl.DataFrame, level: Level) -> pl.DataFrame:
    place = pl.col("serial") + pl.lit(pl.Series(level.out_of_order * dice.standard_normal(world.height)))
    return world.with_columns(place=place).sort("unit", "received_on", "code_on", "place").with_row_index("line")


def _written_twice(dice: Dice, lines: pl.DataFrame, level: Level) -> pl.DataFrame:
    """Some lines are written again, at once or up to forty lines later."""
    again = lines.filter(pl.Series(dice.random(lines.height) < level.written_twice) & lines["in_feed"])
    later = np.where(dice.random(again.height) < 0.5, 0, dice.integers(2, 41, again.height))
    last = lines.group_by("unit").agg(last=pl.col("line").max())
    again = again.join(last, on="unit", how="left", maintain_order="left").with_columns(
        order=pl.min_horizontal(pl.col("line") + pl.lit(pl.Series(later)), "last") + 0.5,
        written_twice=pl.when(pl.lit(pl.Series(later)) == 0).then(pl.lit("at once")).otherwise(pl.lit("later")),
    )
    first = lines.with_columns(order=pl.col("line").cast(pl.Float64), written_twice=pl.lit(None, dtype=pl.String))
    return pl.concat([first, again.select(first.columns)]).sort("order", "line", maintain_order=True).drop("order")


def _codes(dice: Dice, lines: pl.DataFrame, level: Level) -> pl.DataFrame:
    neighbours = {
        "code_above": pl.col("code").shift(1).over("unit"),
        "code_below": pl.col("code").shift(-1).over("unit"),
    }
    hand, _ = HANDS[level.hand]
    lines = strike(lines.with_columns(**neighbours), hand.COPIED, level.codes_copied, dice)
    lines = strike(lines, hand.MISTYPED, level.codes_mistyped, dice)
    lines = strike(lines, hand.RESTYLED, level.codes_restyled, dice)
    lines = strike(lines, hand.MISSING, level.codes_missing, dice)
    lines = _pages_without_codes(dice, lines, level)
    is_never_entered = ~pl.col("in_feed") & pl.lit(pl.Series(dice.random(lines.height) < level.never_entered))
    return lines.with_columns(pl.when(~is_never_entered).then("code").alias("code"))


def _pages_without_codes(dice: Dice, lines: pl.DataFrame, level: Level) -> pl.DataFrame:
    """On some pages of a book nobody wrote a code: no line has a neighbour that is known."""
    pages = lines.height // PAGE_LINES + 1
    is_bare = pl.lit(pl.Series(dice.random(pages) < level.pages_without_codes)).gather(pl.col("line") // PAGE_LINES)
    return lines.with_columns(
        code=pl.when(~is_bare).then("code"),
        code_missing=pl.when(is_bare & pl.col("code").is_not_null()).then(pl.lit("page")).otherwise("code_missing"),
    )


def _dates(dice: Dice, lines: pl.DataFrame, level: Level) -> pl.DataFrame:
    _, hand = HANDS[level.hand]
    lines = lines.rename({"book_returned_on": "returned_on"})
    for column in ("received", "due", "returned"):
        lines = strike(lines, hand.off_by_a_day(column), level.dates_off, dice)
    lines = lines.with_columns(received=_day("received_on"), due=_day("due_on"), returned=_day("returned_on"))
    return strike(lines, hand.DATES_RESTYLED, level.dates_restyled, dice)


def _texts(dice: Dice, lines: pl.DataFrame, level: Level) -> pl.DataFrame:
    _, hand = HANDS[level.hand]
    above = {"same_procedure_name": "procedure", "same_received": "received_on"}
    lines = lines.with_columns(
        (pl.col(column) == pl.col(column).shift(1).over("unit")).alias(name) for name, column in above.items()
    )
    lines = strike(lines, hand.MISSPELLED, level.names_misspelled, dice)
    lines = strike(lines, hand.NAMES, level.names_restyled, dice)
    lines = strike(lines, hand.SHORTENED, level.procedures_shortened, dice)
    lines = strike(lines, hand.ADDRESS_RESTYLED, level.addresses_restyled, dice)
    lines = strike(lines, hand.PHONE_OTHER, level.phones_other, dice)
    lines = strike(lines, hand.PHONE_RESTYLED, level.phones_restyled, dice)
    lines = strike(lines, hand.PHONE_ABSENT, level.phones_absent, dice)
    lines = strike(lines, hand.APART, level.unicode_apart, dice)
    for column in ("procedure_name", "received"):
        lines = strike(lines, hand.ditto(column), level.ditto, dice)
    return lines
