from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.benchmarks.accuracy import Score, Share, calibration, judge, mistakes, vlookup
from tests.benchmarks.generate import Files, generate
from tests.benchmarks.levels import CLEAN, NASTY

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return generate(tmp_path_factory.mktemp("nasty"), 4_000, NASTY, seed=1)


def links(files: Files) -> pl.DataFrame:
    """What a perfect linker would say: each record once."""
    truth = pl.read_parquet(files.truth_links).filter(pl.col("feed_row").is_not_null())
    return truth.unique("feed_row", keep="last", maintain_order=True).select("logbook_row", "feed_row")


def values(score: Score) -> tuple[float, float]:
    return score.precision.value, score.recall.value


def test_the_truth_itself_scores_one_whichever_of_two_equal_lines_is_linked(files: Files) -> None:
    assert values(judge(links(files), pl.read_parquet(files.truth_links))) == (1.0, 1.0)


def test_no_links_have_no_recall(files: Files) -> None:
    assert judge(links(files).clear(), pl.read_parquet(files.truth_links)).recall.value == 0.0


def test_shuffled_links_find_nothing(files: Files) -> None:
    shuffled = links(files).with_columns(pl.col("feed_row").shuffle(seed=1))
    assert max(values(judge(shuffled, pl.read_parquet(files.truth_links)))) < 0.01


def test_vlookup_finds_all_of_a_clean_book_and_about_six_in_ten_of_a_nasty_one(files: Files, tmp_path: Path) -> None:
    clean = generate(tmp_path, 2_000, CLEAN, seed=1)
    assert values(judge(vlookup(clean)[0], pl.read_parquet(clean.truth_links))) == (1.0, 1.0)
    assert judge(vlookup(files)[0], pl.read_parquet(files.truth_links)).recall.value == pytest.approx(0.59, abs=0.04)


def test_mistakes_are_counted_under_the_noise_that_the_line_carries(files: Files) -> None:
    truth = pl.read_parquet(files.truth_links)
    lost = truth.filter(pl.col("feed_row").is_not_null() & ~pl.col("feed_row").is_duplicated()).head(1)
    kept = links(files).join(lost, on="logbook_row", how="anti")
    (total,) = mistakes(kept, truth).filter(pl.col("noise") == "all").select("lines", "false", "missed").rows()
    assert total == (1, 0, 1)
    assert mistakes(links(files), truth).is_empty()


def test_a_link_of_a_line_that_the_software_lacks_is_false(files: Files) -> None:
    truth = pl.read_parquet(files.truth_links)
    alone = truth.filter(pl.col("feed_row").is_null())["logbook_row"].head(1)
    false_link = pl.DataFrame({"logbook_row": alone, "feed_row": [2]}, schema=links(files).schema)
    made_up = pl.concat([links(files), false_link])
    (found,) = mistakes(made_up, truth).filter(pl.col("noise") == "not_in_software").select("lines", "false").rows()
    assert found == (1, 1)


def test_wilsons_interval_is_the_textbooks() -> None:
    assert Share(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert Share(0, 0).interval == (0.0, 1.0)


def test_calibration_puts_what_was_said_beside_what_was_seen(files: Files) -> None:
    scored = links(files).with_columns(score=pl.lit(0.97))
    assert calibration(scored, pl.read_parquet(files.truth_links)).rows() == [(0.97, 1.0, scored.height)]
