"""Both sides as linking and rules compare them: a number for each text, which joins faster, and each text once."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING

import polars as pl

from pipeline.code_numbers import code_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.gather import Books

FOR_PEOPLE = ("code_as_written", "unit_code", "serial_digits", "applicant_name", "officer", "file")
UNREAD = {
    "case_record": (*FOR_PEOPLE, "submitted_on"),
    "logbook_entry": (*FOR_PEOPLE, "procedure_name", "agency", "inferred", "line_no"),
}
ROW_ID = {"case_record": "record_id", "logbook_entry": "entry_id"}
TEXTS = {"applicant": "applicant_key", "procedure": "procedure_key", "address": "address_key"}


def numbered(books: Books, unit_key: str | None) -> dict[str, pl.DataFrame]:
    """The tables case_record, logbook_entry, quarantined and source_file with numbers, and those of what has a number.

    TEXTS: number and text. `unit`: the numbers of its codes, also of the unit that the settings name.
    """
    sides = {"case_record": books.cases, "logbook_entry": books.entries}
    codes = code_numbers(sides.values(), unit_key)
    tables = {"unit": codes.table()}
    for side, rows in sides.items():
        tables[side] = rows.drop(*UNREAD[side], *TEXTS.values()).with_columns(code_id=codes.of_parts())
    for table, rows, key, number in (
        ("case_record", tables["case_record"], "alias_key", "alias_id"),
        ("quarantined", books.quarantined, "code_key", "code_id"),
    ):
        tables[table] = rows.with_columns(codes.of_keys(rows[key]).alias(number)).drop(key)
    for table, text in TEXTS.items():
        said, tables[table] = _numbered([rows[text] for rows in sides.values()], f"{table}_id")
        for side, numbers in zip(sides, said, strict=True):
            tables[side] = tables[side].with_columns(numbers)
    files = books.files
    is_of = pl.Enum(files["file"].unique(maintain_order=True))
    for side, rows in sides.items():
        file_ids = rows["file"].cast(is_of).to_physical().cast(pl.UInt32).alias("file_id")
        tables[side] = tables[side].with_columns(file_ids).with_row_index(ROW_ID[side])
    tables["source_file"] = files.with_columns(file_id=pl.col("file").cast(is_of).to_physical().cast(pl.UInt32))
    return tables


def names(applicant: pl.DataFrame, sounds: Mapping[str, str]) -> pl.DataFrame:
    """Add what makes names alike; what is only asked whether it is the same is a number (`..._id`).

    `sound_key`: the letters that people confuse made one; `sound_id`, and `given_sound_id` of its last word.
    `given_id`: the given name, which comes last, and the first letter. `words_id`: the words in whatever order.
    `letters`: a bit for each of the alphabet. `has_initial`: whether a word is one letter.
    """
    longest_first = sorted(sounds, key=len, reverse=True)
    name = pl.col("applicant_key")
    heard = name.str.replace_many(longest_first, [sounds[s] for s in longest_first], leftmost=True)
    words = name.str.split(" ")
    return applicant.with_columns(
        sound_key=heard,
        sound_id=_number(heard),
        given_sound_id=_number(heard.str.split(" ").list.last()),
        given_id=_number(name.str.slice(0, 1) + " " + words.list.last()),
        words_id=_number(words.list.sort().list.join(" ")),
        letters=pl.sum_horizontal(_bit(place, letter) for place, letter in enumerate(ascii_lowercase)),
        has_initial=words.list.eval(pl.element().str.len_bytes()).list.min() == 1,
    )


def _number(text: pl.Expr) -> pl.Expr:
    """Of each text its own; the texts are not kept, as those of SHARED would be."""
    return text.cast(pl.Categorical(pl.Categories.random())).to_physical()


def _bit(place: int, letter: str) -> pl.Expr:
    return pl.col("applicant_key").str.contains(letter, literal=True).cast(pl.UInt32) * 2**place


def _numbered(sides: list[pl.Series], number: str) -> tuple[list[pl.Series], pl.DataFrame]:
    """The number of each row's text on each side, and the text of each number."""
    distinct = pl.concat([texts.unique() for texts in sides]).unique().drop_nulls()
    texts = pl.DataFrame({number: distinct.to_physical(), sides[0].name: distinct.cast(pl.String)})
    return [texts.to_physical().alias(number) for texts in sides], texts
