"""What people filled in: the decisions of a returned work list, from whichever of its sheets."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputRefused
from pipeline.night.decisions import VERDICTS
from pipeline.read import read_file
from pipeline.report.phrases import LANGUAGES, load_phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.read.grid import Grid

ASKED = ("pair_id", "decision", "remark")
HEADER_WITHIN = 5  # rows from the top
SHOWN = 10
ANSWER = {"pair_id": pl.String, "verdict": pl.String, "why": pl.String}


def read_answers(path: Path) -> pl.DataFrame:
    """The decided rows of all sheets (XLSX or CSV): pair_id, verdict, why, each pair once; undecided rows are left out.

    Raises:
        InputRefused: no sheet has both columns; or rows with an unknown word, without a pair, or with another
            decision than a row of the same pair: by sheet and row, all at once.
    """
    sheets = [rows for grid in read_file(path) for rows in _asked(grid)]
    if not sheets:
        wanted = ", ".join(next(iter(words)) for words in _headings().values())
        raise InputRefused(
            f"{path.name}: no sheet with the columns {wanted}",
            "Take a list that doichieu wrote; its headings must stay.",
        )
    given = pl.concat(sheets)
    _refuse(path, given)
    whys = pl.col("why").drop_nulls().unique(maintain_order=True).str.join("; ")
    answers = given.group_by("pair_id", "verdict", maintain_order=True).agg(why=whys.replace("", None))
    return answers.select(pl.col(name).cast(kind) for name, kind in ANSWER.items())


def _asked(grid: Grid) -> Iterator[pl.DataFrame]:
    """A sheet's decided rows: place, pair_id, said, verdict, why; nothing from a sheet that asks for no decision."""
    head = grid.cells.head(HEADER_WITHIN)
    for at, cells in enumerate(head.select(grid.cell_columns).iter_rows()):
        texts = {(text or "").strip(): cell for text, cell in zip(cells, grid.cell_columns, strict=True)}
        found = {name: texts[word] for name, words in _headings().items() for word in words if word in texts}
        if {"pair_id", "decision"} <= found.keys():
            yield _decided(grid, grid.cells.slice(at + 1), found)
            return


def _decided(grid: Grid, rows: pl.DataFrame, found: Mapping[str, str]) -> pl.DataFrame:
    said = pl.col(found["decision"]).str.strip_chars().str.normalize("NFC").str.to_lowercase()
    why = pl.col(found["remark"]).str.strip_chars() if "remark" in found else pl.lit(None, pl.String)
    place = pl.concat_str(pl.lit(f"{grid.sheet} " if grid.sheet else ""), pl.lit("row "), pl.col("row").cast(pl.String))
    cells = rows.select(
        place=place, pair_id=pl.col(found["pair_id"]).str.strip_chars().replace("", None), said=said, why=why
    )
    repeated = pl.col("pair_id").is_in([*_headings()["pair_id"]]).fill_null(value=False)  # the header of another page
    verdict = pl.col("said").replace_strict(_words(), default=None, return_dtype=pl.String)
    return cells.filter(pl.col("said").fill_null("") != "", ~repeated).with_columns(verdict=verdict)


def _refuse(path: Path, given: pl.DataFrame) -> None:
    """Tell all that cannot be taken."""
    verdicts = pl.col("verdict").drop_nulls().n_unique().over("pair_id")
    faults = {
        "unknown decision": given.filter(pl.col("verdict").is_null()),
        "a decision without a pair": given.filter(pl.col("pair_id").is_null()),
        "two decisions for one pair": given.filter(verdicts > 1, pl.col("pair_id").is_not_null()),
    }
    told = [f"{fault}: {_places(rows['place'].to_list())}" for fault, rows in faults.items() if rows.height]
    if told:
        raise InputRefused(
            f"{path.name}: {'; '.join(told)}; nothing was taken", f"Write one of: {', '.join(list(_words())[:3])}."
        )


def _places(places: list[str]) -> str:
    rest = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    return ", ".join(places[:SHOWN]) + rest


@cache
def _headings() -> dict[str, tuple[str, ...]]:
    return {name: tuple(load_phrases(lang)[f"column.{name}"] for lang in LANGUAGES) for name in ASKED}


@cache
def _words() -> dict[str, str]:
    """What is written in the list's languages → the verdict."""
    return {load_phrases(lang)[f"decision.{verdict}"].lower(): verdict for lang in LANGUAGES for verdict in VERDICTS}
