from __future__ import annotations

import csv
import json
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.errors import UsageFault
from pipeline.report import table
from pipeline.report.table import guarded, write_table
from schemas.contract import MISMATCH_COLUMNS, MISMATCH_TYPES, QUARANTINE_TYPES
from tests.report.outcomes import mismatch_frame, one_mismatch

TRIGGERS = "=+-@\t\r＝＋－＠"
BLANKS = st.text(" \t\r\n\u00a0\u3000\u200b\ufeff", max_size=3)


def written(frame: pl.DataFrame, format: str, folder: Path) -> bytes:  # noqa: A002 -- as in write_table
    write_table(frame, format, folder / "out")
    return (folder / "out").read_bytes()


def test_jsonl_reads_back_as_the_same_frame(tmp_path: Path) -> None:
    frame = mismatch_frame(one_mismatch(link_score=0.5), one_mismatch(dossier_code=None, needs_review=None))
    text = written(frame, "jsonl", tmp_path).decode()
    lines = [json.loads(line) for line in text.splitlines()]
    as_text = {name: pl.String if kind == pl.Date else kind for name, kind in MISMATCH_TYPES.items()}
    read = pl.DataFrame(lines, schema=as_text).with_columns(
        pl.col(name).str.to_date("%Y-%m-%d") for name, kind in MISMATCH_TYPES.items() if kind == pl.Date
    )
    assert_frame_equal(read, frame)
    assert tuple(lines[1]) == MISMATCH_COLUMNS


def test_jsonl_writes_vietnamese_as_it_is_and_floats_with_six_digits(tmp_path: Path) -> None:
    text = written(mismatch_frame(one_mismatch()), "jsonl", tmp_path).decode()
    assert '"applicant_name":"Nguyễn Thị Thử"' in text
    assert '"link_score":0.987654,' in text
    assert '"due_on":"2026-04-10"' in text


def test_jsonl_does_not_change_what_looks_like_a_formula(tmp_path: Path) -> None:
    text = written(mismatch_frame(one_mismatch(detail="=1+1")), "jsonl", tmp_path).decode()
    assert json.loads(text)["detail"] == "=1+1"


def test_a_score_that_is_no_number_is_null(tmp_path: Path) -> None:
    text = written(mismatch_frame(one_mismatch(link_score=float("nan"))), "jsonl", tmp_path).decode()
    assert json.loads(text)["link_score"] is None


def test_parquet_keeps_columns_and_types(tmp_path: Path) -> None:
    frame = mismatch_frame(one_mismatch(link_score=0.25))
    assert_frame_equal(pl.read_parquet(BytesIO(written(frame, "parquet", tmp_path))), frame)


def test_csv_has_a_byte_order_mark_quotes_everything_and_writes_iso_dates(tmp_path: Path) -> None:
    frame = mismatch_frame(one_mismatch()).select("rule_id", "feed_row", "due_on", "close_by", "needs_review")
    assert written(frame, "csv", tmp_path) == (
        b'\xef\xbb\xbf"rule_id","feed_row","due_on","close_by","needs_review"\n'
        b'"M01","12","2026-04-10","2026-04-10","false"\n'
    )


def test_an_empty_frame_still_has_its_header_in_csv_and_no_line_in_jsonl(tmp_path: Path) -> None:
    empty = pl.DataFrame(schema=QUARANTINE_TYPES)
    assert written(empty, "csv", tmp_path) == b'\xef\xbb\xbf"file","row","rule_id","column","reason"\n'
    assert written(empty, "jsonl", tmp_path) == b""


def test_a_long_frame_is_written_in_pieces_with_one_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "ROWS_AT_ONCE", 3)
    frame = pl.DataFrame({"n": [str(n) for n in range(10)]})
    assert written(frame, "csv", tmp_path).decode("utf-8-sig").split() == ['"n"', *(f'"{n}"' for n in range(10))]
    assert len(written(frame, "jsonl", tmp_path).splitlines()) == 10


@given(BLANKS, st.sampled_from(TRIGGERS), st.text(max_size=5))
def test_a_cell_that_a_spreadsheet_would_take_for_a_formula_gets_a_quote(before: str, trigger: str, after: str) -> None:
    cell = before + trigger + after
    assert pl.Series([cell]).to_frame("x").select(guarded(pl.col("x"))).item() == "'" + cell


@given(st.text(max_size=8))
def test_a_guarded_cell_is_itself_or_itself_behind_a_quote(cell: str) -> None:
    guarded_cell = pl.Series([cell]).to_frame("x").select(guarded(pl.col("x"))).item()
    assert guarded_cell in (cell, "'" + cell)
    assert not guarded_cell.lstrip().startswith(tuple("=+-@＝＋－＠"))


@pytest.mark.parametrize("cell", ["H56-260320-0001", "a=b", "'=1", "Nguyễn", "", None, "1-2", "(=1)"])
def test_a_cell_that_is_no_formula_stays_as_it_is(cell: str | None) -> None:
    assert pl.DataFrame({"x": [cell]}, schema={"x": pl.String}).select(guarded(pl.col("x"))).item() == cell


@given(st.lists(st.tuples(st.text(max_size=6), st.integers(-5, 5)), min_size=1, max_size=4))
def test_csv_guards_text_only_and_any_csv_reader_gets_all_cells(rows: list[tuple[str, int]]) -> None:
    frame = pl.DataFrame(rows, schema={"text": pl.String, "number": pl.Int64}, orient="row")
    with TemporaryDirectory() as folder:
        content = written(frame, "csv", Path(folder)).decode("utf-8-sig")
    read = list(csv.reader(StringIO(content, newline="")))[1:]
    assert [(text.removeprefix("'"), int(number)) for text, number in read] == [
        (text.removeprefix("'"), number) for text, number in rows
    ]


def test_negative_numbers_are_no_formulas(tmp_path: Path) -> None:
    assert b'"-4"' in written(pl.DataFrame({"days": [-4]}), "csv", tmp_path)


@pytest.mark.parametrize("format", ["CSV", "xml", ""])
def test_an_unknown_format_is_refused_with_the_known_ones(format: str, tmp_path: Path) -> None:  # noqa: A002 -- as above
    with pytest.raises(UsageFault, match="unknown") as refusal:
        write_table(pl.DataFrame({"day": [date(2026, 1, 1)]}), format, tmp_path / "out")
    assert "csv, jsonl, parquet" in refusal.value.tip
    assert list(tmp_path.iterdir()) == []


def test_lines_of_any_frame_are_accepted(tmp_path: Path) -> None:
    links: dict[str, Any] = {"logbook_file": ["a"], "logbook_row": [1], "score": [0.12345678], "needs_review": [True]}
    assert json.loads(written(pl.DataFrame(links), "jsonl", tmp_path))["score"] == 0.123457
