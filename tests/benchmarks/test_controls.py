"""Control experiments at a small size: a linker that finds something everywhere would pass every other test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.benchmarks.accuracy import PAIR, judge
from tests.benchmarks.controls import dealt_truth, feeds_disagree, identity, linked, strangers, wrong_under_dealt_codes
from tests.benchmarks.generate import Files, generate
from tests.benchmarks.levels import OFFICE
from tests.benchmarks.side_by_side import reach

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
DOSSIERS = 3_000


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return generate(tmp_path_factory.mktemp("office"), DOSSIERS, OFFICE, seed=51)


@pytest.fixture(scope="module")
def found(office: Files) -> pl.DataFrame:
    return linked(office)


def asserted(links: pl.DataFrame) -> pl.DataFrame:
    return links.filter(~pl.col("needs_review"))


def test_a_book_that_is_the_export_is_linked_row_by_row(tmp_path: Path) -> None:
    files = identity(tmp_path, DOSSIERS)
    truth = pl.read_parquet(files.truth_links).select(PAIR).sort(PAIR)
    assert asserted(linked(files)).select(PAIR).sort(PAIR).equals(truth)


def test_between_strangers_next_to_nothing_is_asserted(office: Files, tmp_path: Path) -> None:
    links = linked(strangers(office, tmp_path))
    assert asserted(links).height <= 0.002 * DOSSIERS  # code and name may meet by chance
    assert links.height <= 0.03 * DOSSIERS


def test_codes_dealt_anew_do_not_outweigh_the_person(office: Files, tmp_path: Path) -> None:
    by_code, by_person = wrong_under_dealt_codes(office, tmp_path)
    assert by_code.value <= 0.001
    assert by_person.value <= 0.003  # a namesake of that day and procedure, as among lines without a code


def test_against_a_truth_that_is_none_nothing_is_right(office: Files, found: pl.DataFrame) -> None:
    assert judge(found, dealt_truth(office)).precision.value < 0.005


def test_who_links_nothing_finds_nothing(office: Files, found: pl.DataFrame) -> None:
    truth = pl.read_parquet(office.truth_links)
    assert judge(found.clear(), truth).recall.value == 0.0
    assert reach(found.clear(), truth) == 0.0


def test_an_office_book_is_linked_as_the_issue_wants_it(office: Files, found: pl.DataFrame) -> None:
    score = judge(asserted(found), pl.read_parquet(office.truth_links))
    assert score.precision.value >= 0.9995
    assert score.recall.value >= 0.995


def test_reach_is_the_recall_of_the_best_threshold_that_keeps_the_precision(office: Files, found: pl.DataFrame) -> None:
    truth = pl.read_parquet(office.truth_links)
    best = reach(found, truth)
    assert best >= judge(asserted(found), truth).recall.value
    worthless = found.with_columns(pl.col("feed_row").shuffle(seed=2))
    assert reach(worthless, truth) < 0.01


def test_a_second_feed_disagrees_where_its_states_were_changed(office: Files, tmp_path: Path) -> None:
    inputs, rows = feeds_disagree(office, tmp_path)
    assert set(inputs) == {"igate", "xgate", "logbook"}
    assert 0.2 <= rows.height / (0.98 * DOSSIERS / 5) <= 0.26
