from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from tests.benchmarks.dossiers import agency, make_dossiers
from tests.benchmarks.generate import NOISES, Files, generate
from tests.benchmarks.levels import CLEAN, CROWDED, LEVELS, NASTY, OFFICE, USUAL, Level, Scenes
from tests.benchmarks.words import words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DOSSIERS = 20_000
NAMES = ("Tên cá nhân, tổ chức", "Công dân/ Tổ chức")


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Level], Files]:
    made: dict[str, Files] = {}

    def one(level: Level) -> Files:
        if level.name not in made:
            made[level.name] = generate(tmp_path_factory.mktemp(level.name), DOSSIERS, level, seed=1, units=2)
        return made[level.name]

    return one


def rows(path: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).with_row_index(name, 2)


def pairs(files: Files) -> pl.DataFrame:
    """The truth with both sides' own cells."""
    truth = pl.read_parquet(files.truth_links)
    lines, records = rows(files.logbook, "logbook_row"), rows(files.igate, "feed_row")
    return truth.join(lines, on="logbook_row").join(records, on="feed_row", suffix="_feed")


def share(truth: pl.DataFrame, kind: str) -> float:
    return truth[kind].count() / truth.height


@pytest.mark.parametrize("level", LEVELS.values(), ids=lambda level: level.name)
@pytest.mark.parametrize(
    ("kind", "rate"),
    [
        ("code_restyled", "codes_restyled"),
        ("code_mistyped", "codes_mistyped"),
        ("code_missing", "codes_missing"),
        ("code_copied", "codes_copied"),
        ("name_restyled", "names_restyled"),
        ("name_misspelled", "names_misspelled"),
        ("unicode_apart", "unicode_apart"),
        ("procedure_shortened", "procedures_shortened"),
        ("phone_absent", "phones_absent"),
        ("written_twice", "written_twice"),
        ("received_off", "dates_off"),
    ],
)
def test_each_noise_comes_as_often_as_its_level_asks(
    make: Callable[[Level], Files], level: Level, kind: str, rate: str
) -> None:
    asked = getattr(level, rate)
    tolerance = 4 * (asked * (1 - asked) / DOSSIERS) ** 0.5 + 0.05 * asked
    assert share(pl.read_parquet(make(level).truth_links), kind) == pytest.approx(asked, abs=tolerance)


def test_a_clean_book_has_no_noise_at_all(make: Callable[[Level], Files]) -> None:
    truth = pl.read_parquet(make(CLEAN).truth_links)
    assert truth.select(pl.any_horizontal(pl.col(NOISES).is_not_null()).any()).item() is False


def test_the_exact_join_of_a_clean_book_is_the_truth(make: Callable[[Level], Files]) -> None:
    files = make(CLEAN)
    lines = rows(files.logbook, "logbook_row").select("logbook_row", code="Mã hồ sơ")
    records = rows(files.igate, "feed_row").select("feed_row", code="Số hồ sơ")
    joined = lines.join(records, on="code", how="left", validate="1:1").select("logbook_row", "feed_row")
    truth = pl.read_parquet(files.truth_links).select("logbook_row", "feed_row")
    assert joined.sort("logbook_row").equals(truth.sort("logbook_row"))


def test_truth_pairs_the_lines_with_the_records_of_the_same_dossier(make: Callable[[Level], Files]) -> None:
    matched = pairs(make(OFFICE))
    code_noises = pl.col("code_restyled", "code_mistyped", "code_missing", "code_copied")
    untouched = matched.filter(pl.all_horizontal(code_noises.is_null()))
    named = matched.filter(pl.all_horizontal(pl.col("name_restyled", "unicode_apart").is_null()))
    in_book, in_software = (named[name].str.to_lowercase().to_list() for name in NAMES)
    assert untouched["Mã hồ sơ"].to_list() == untouched["Số hồ sơ"].to_list()
    assert in_book == in_software


def test_a_struck_code_is_never_letter_equal(make: Callable[[Level], Files]) -> None:
    struck = pairs(make(NASTY)).filter(pl.col("code_restyled").is_not_null() & pl.col("code_mistyped").is_null())
    assert struck.filter(pl.col("Mã hồ sơ") == pl.col("Số hồ sơ")).height == 0


def test_a_restyled_code_loses_nothing_given_unit_and_day(make: Callable[[Level], Files]) -> None:
    only_restyled = pairs(make(NASTY)).filter(
        pl.col("code_restyled").is_not_null()
        & pl.all_horizontal(pl.col("code_mistyped", "code_missing", "code_copied").is_null())
    )
    digits = pl.col("Mã hồ sơ").str.replace_many({"O": "0", "l": "1"})
    serial = pl.col("Số hồ sơ").str.extract(r"(\d{4})$")
    assert only_restyled.filter(digits.str.extract(r"(\d+)$").str.zfill(4).str.tail(4) != serial).height == 0


def test_truth_of_m01_is_returned_on_paper_and_open_in_the_software(make: Callable[[Level], Files]) -> None:
    files = make(OFFICE)
    m01 = pl.read_parquet(files.truth_rules).filter(pl.col("rule_id") == "M01").select("logbook_row", "feed_row")
    is_m01 = pl.col("Trả kết quả").is_not_null() & pl.col("Trạng thái").is_in(words()["statuses"]["open"])
    expected = pairs(files).filter(is_m01).select("logbook_row", "feed_row")
    assert m01.sort("logbook_row").equals(expected.sort("logbook_row"))
    assert m01.height / DOSSIERS == pytest.approx(0.06, abs=0.01)


def test_what_one_side_lacks_is_m05_or_m06(make: Callable[[Level], Files]) -> None:
    files = make(CLEAN)
    rules = pl.read_parquet(files.truth_rules)
    lines, records = rows(files.logbook, "logbook_row")["Mã hồ sơ"], rows(files.igate, "feed_row")["Số hồ sơ"]
    counts = dict(rules["rule_id"].value_counts().iter_rows())
    assert counts["M05"] == lines.is_in(records.implode()).not_().sum()
    assert counts["M06"] == records.is_in(lines.implode()).not_().sum()


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(tmp_path: Path) -> None:
    first, again, other = (
        generate(tmp_path / name, 500, NASTY, seed) for name, seed in (("first", 3), ("again", 3), ("other", 4))
    )
    assert first.logbook.read_bytes() == again.logbook.read_bytes()
    assert first.igate.read_bytes() == again.igate.read_bytes()
    assert first.logbook.read_bytes() != other.logbook.read_bytes()


def test_codes_have_form_a_and_serials_restart_each_day() -> None:
    dossiers = make_dossiers(np.random.default_rng(1), 4_000, 1, "usual", USUAL)
    assert dossiers["code"].str.contains(r"^000\.17\.22\.H56-25\d{4}-\d{4}$").all()
    assert dossiers["code"].is_unique().all()
    assert dossiers.group_by("code_on").agg(pl.col("serial").min())["serial"].unique().to_list() == [1]
    assert dossiers.group_by("code_on").agg(pl.col("serial").max() == pl.len())["serial"].all()


def test_no_dossier_ends_before_it_begins() -> None:
    dossiers = make_dossiers(np.random.default_rng(2), 8_000, 2, "usual", USUAL)
    assert dossiers.filter(pl.col("finished_at") < pl.col("received_at")).height == 0
    assert dossiers.filter(pl.col("book_returned_on") < pl.col("received_on")).height == 0
    assert dossiers.filter(pl.col("due_on") < pl.col("received_on")).height == 0
    assert dossiers.filter(pl.col("code_on") > pl.col("received_on")).height == 0
    assert dossiers.filter(pl.col("finished_at").dt.date() > pl.col("case_returned_on")).height == 0


def test_units_have_codes_of_their_own() -> None:
    assert len({agency(unit) for unit in range(2_000)}) == 2_000


def test_crowded_scenes_put_more_people_twice_on_one_day() -> None:
    def repeats(scenes: Scenes) -> int:
        dossiers = make_dossiers(np.random.default_rng(5), 8_000, 1, "usual", scenes)
        return dossiers.height - dossiers.select("code_on", "applicant", "phone").n_unique()

    assert repeats(CROWDED) > 3 * repeats(USUAL) > 0


def test_other_surnames_are_other_people() -> None:
    def nguyens(surnames: str) -> float:
        dossiers = make_dossiers(np.random.default_rng(6), 4_000, 1, surnames, USUAL)
        return float(dossiers["applicant"].str.starts_with("Nguyễn ").sum()) / dossiers.height

    assert nguyens("usual") == pytest.approx(0.38, abs=0.05)
    assert nguyens("other") < 0.12


def test_a_line_written_twice_is_linked_to_one_record(make: Callable[[Level], Files]) -> None:
    truth = pl.read_parquet(make(OFFICE).truth_links).filter(pl.col("feed_row").is_not_null())
    again = truth.filter(pl.col("written_twice").is_not_null())["feed_row"]
    twice = truth.filter(pl.col("feed_row").is_duplicated())["feed_row"].unique()
    assert sorted(again.to_list()) == sorted(twice.to_list())


def test_dittos_stand_only_under_the_same_value_in_the_same_book(tmp_path: Path) -> None:
    files = generate(tmp_path, 6_000, replace(CLEAN, name="ditto", ditto=1.0), 9, units=3)
    plain = generate(tmp_path / "plain", 6_000, CLEAN, 9, units=3)
    marked, full = rows(files.logbook, "row"), rows(plain.logbook, "row")
    is_ditto = (marked["Nhận hồ sơ"] != full["Nhận hồ sơ"]).fill_null(value=False)
    same_above = (full["Nhận hồ sơ"] == full["Nhận hồ sơ"].shift(1)) & (full["Quyển số"] == full["Quyển số"].shift(1))
    assert is_ditto.to_list() == same_above.fill_null(value=False).to_list()
