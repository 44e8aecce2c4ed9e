"""How many links and findings are right, how many of the true ones are found, and what VLOOKUP reaches."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, Any

import polars as pl

from tests.benchmarks.generate import NOISES, Files
from tests.benchmarks.levels import ANOTHER_HAND, BRUTAL, CLEAN, CROWDED, LEVELS, NASTY, OFFICE, USUAL, Level, Scenes
from tests.benchmarks.runs import kept, reconcile_command, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.benchmarks.runs import Measured

KINDS_SHOWN = 16
PAIR = ["logbook_row", "feed_row"]
RULES: dict[str, tuple[str, ...]] = {  # what names a finding of each rule
    **dict.fromkeys(("M01", "M02", "M03", "M04", "M07", "M08", "M13"), tuple(PAIR)),
    **dict.fromkeys(("M05", "M10"), ("logbook_row",)),
    "M06": ("feed_row",),
}
WITH_REVIEW = ("M05", "M10")  # M10 never asserts; a line that has no code is missing only as far as one can see
SCORE_EDGES = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)
Z = 1.96  # 95 %
OPEN_WORDS = "Đang xử lý|Được tiếp nhận|Mới tiếp nhận|Chờ phân công|Thụ lý|Trình ký|Đã chuyển liên thông"


@dataclass(frozen=True)
class Share:
    """So many of so many, with its Wilson interval."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share itself; 1 where there was nothing to get wrong."""
        return self.hits / self.of if self.of else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % bounds."""
        if not self.of:
            return 0.0, 1.0
        middle = (self.value + Z * Z / (2 * self.of)) / (1 + Z * Z / self.of)
        half = (
            Z / (1 + Z * Z / self.of) * sqrt(self.value * (1 - self.value) / self.of + Z * Z / (4 * self.of * self.of))
        )
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.5f} [{low:.5f}, {high:.5f}]"


@dataclass(frozen=True)
class Score:
    """Precision and recall of one set of pairs."""

    precision: Share
    recall: Share

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision.value + self.recall.value
        return 2 * self.precision.value * self.recall.value / both if both else 0.0

    def __str__(self) -> str:
        return f"P {self.precision}  R {self.recall}  F1 {self.f1:.5f}"


@dataclass(frozen=True)
class Case:
    """One set to measure on."""

    name: str
    level: Level
    seed: int
    surnames: str = "usual"
    scenes: Scenes = USUAL
    per_unit: int = 8_000  # dossiers a year: how many stand on one day


CASES = (
    *(Case(level.name, level, seed=2025 + number) for number, level in enumerate((CLEAN, OFFICE, NASTY, BRUTAL))),
    Case("office, crowded", OFFICE, seed=31, scenes=CROWDED),
    Case("nasty, other surnames", NASTY, seed=32, surnames="other"),
    Case("brutal, other surnames, crowded", BRUTAL, seed=33, surnames="other", scenes=CROWDED),
    Case("another hand", ANOTHER_HAND, seed=34, surnames="other", per_unit=3_000),
    Case("another hand, large units", ANOTHER_HAND, seed=35, per_unit=25_000),
)
WIDELY_CALIBRATED = ("brutal, other surnames, crowded", "another hand")


def judge(pairs: pl.DataFrame, truth: pl.DataFrame) -> Score:
    """Compare pairs of rows with the true ones.

    A record is found when any of the lines that belong to it is linked to it: of a line written twice either is right.
    """
    right = pairs.select(PAIR).join(truth.select(PAIR), on=PAIR, how="semi")
    true_records = truth.filter(pl.col("feed_row").is_not_null())["feed_row"].n_unique()
    return Score(Share(right.height, pairs.height), Share(right["feed_row"].n_unique(), true_records))


def vlookup(files: Files) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What a spreadsheet finds: pairs with letter-equal codes, and those of them returned on paper and open."""
    lines = _rows(files.logbook, "logbook_row").select("logbook_row", code="Mã hồ sơ", returned="Trả kết quả")
    records = (
        _rows(files.igate, "feed_row")
        .select("feed_row", code="Số hồ sơ", status="Trạng thái")
        .unique("code", keep="first")
    )
    pairs = lines.join(records, on="code", how="inner")
    return pairs, pairs.filter(pl.col("returned").is_not_null() & pl.col("status").str.contains(f"^({OPEN_WORDS})$"))


def _rows(path: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).with_row_index(name, 2)


def mistakes(links: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """For each noise: false and missed links on lines that carry it, and rows of a few of them."""
    asserted = links.select("logbook_row", linked="feed_row")
    found = asserted.join(truth, left_on=["logbook_row", "linked"], right_on=PAIR, how="semi")["linked"]
    judged = truth.join(asserted, on="logbook_row", how="left").with_columns(
        is_false=pl.col("linked").is_not_null() & pl.col("linked").ne_missing(pl.col("feed_row")),
        is_missed=pl.col("feed_row").is_not_null() & ~pl.col("feed_row").is_in(found.implode()),
    )
    judged = judged.filter(pl.col("is_false") | pl.col("is_missed")).with_columns(
        not_in_software=pl.when(pl.col("feed_row").is_null()).then(pl.lit("")),
        none=pl.when(pl.all_horizontal(pl.col(NOISES).is_null())).then(pl.lit("")),
        all=pl.lit(""),
    )
    by_way = judged.unpivot(
        on=["all", "none", "not_in_software", *NOISES],
        index=["logbook_row", "is_false", "is_missed"],
        variable_name="noise",
        value_name="way",
    ).drop_nulls("way")
    return by_way.group_by("noise", "way", maintain_order=True).agg(
        pl.len().alias("lines"),
        pl.col("is_false").sum().alias("false"),
        pl.col("is_missed").sum().alias("missed"),
        pl.col("logbook_row").head(4).alias("logbook_rows"),
    )


def made(case: Case, dossiers: int) -> Files:
    """The case's set of so many dossiers."""
    units = max(1, round(dossiers / case.per_unit))
    return kept(dossiers, case.level, case.seed, units=units, surnames=case.surnames, scenes=case.scenes)


def measure(case: Case, dossiers: int) -> Mapping[str, Any]:
    """Generate, reconcile and judge one case; prints its tables."""
    files = made(case, dossiers)
    took, links = _reconciled(files)
    truth = pl.read_parquet(files.truth_links)
    asserted = links.filter(~pl.col("needs_review"))
    scores = _baseline(files, truth) | {"asserted": judge(asserted, truth), "asserted + review": judge(links, truth)}
    scores |= _rules(pl.read_parquet(files.igate.with_name("mismatches.parquet")), files)
    review = Share(int(links["needs_review"].sum()), links.height)
    print(f"\n{case.name}: {dossiers:,} dossiers, {took.seconds:.2f} s")
    print("\n".join(f"  {name:18} {score}" for name, score in scores.items()) + f"\n  {'review share':18} {review}")
    show(calibration(links, truth))
    show(mistakes(asserted, truth).sort("lines", descending=True, maintain_order=True).head(KINDS_SHOWN))
    return {name: asdict(score) | {"f1": score.f1} for name, score in scores.items()} | {
        "review": asdict(review),
        "calibration": calibration(links, truth).to_dicts(),
        "seconds": took.seconds,
    }


def _baseline(files: Files, truth: pl.DataFrame) -> dict[str, Score]:
    pairs, findings = vlookup(files)
    return {"VLOOKUP": judge(pairs, truth), "VLOOKUP M01": judge(findings, _true(files, "M01"))}


def calibration(links: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Links by their score: how probable they are said to be, and the share that is right."""
    return _reliability(_judged(links, truth))


def _judged(links: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    right = links.select(PAIR).join(truth.select(PAIR), on=PAIR, how="semi").with_columns(is_right=pl.lit(value=True))
    judged = links.join(right.unique(), on=PAIR, how="left")
    return judged.select("score", pl.col("is_right").fill_null(value=False))


def _reliability(judged: pl.DataFrame) -> pl.DataFrame:
    bins = pl.Series(SCORE_EDGES).search_sorted(judged["score"])
    of_bin = (
        judged.with_columns(bin=bins)
        .group_by("bin")
        .agg(
            pl.col("score").mean().round(4).alias("said"),
            pl.col("is_right").mean().round(4).alias("seen"),
            pl.len().alias("lines"),
        )
    )
    return of_bin.sort("bin").drop("bin")


def calibrations(*, is_quick: bool) -> Mapping[str, Any]:
    """Said and seen on so many dossiers that each bin has enough pairs: the hardest set, and another hand's books."""
    dossiers, seeds = (100_000, 1) if is_quick else (400_000, 4)
    results = {}
    for case in CASES:
        if case.name in WIDELY_CALIBRATED:
            sets = [made(replace(case, seed=case.seed + 100 * number), dossiers) for number in range(seeds)]
            table = _reliability(
                pl.concat(_judged(_reconciled(files)[1], pl.read_parquet(files.truth_links)) for files in sets)
            )
            print(f"\n{case.name}: {seeds} x {dossiers:,} dossiers")
            show(table)
            results[case.name] = table.to_dicts()
    return results


def _reconciled(files: Files) -> tuple[Measured, pl.DataFrame]:
    """What the program took, and its links."""
    took = run(reconcile_command({"igate": files.igate, "logbook": files.logbook}, files, files.igate.parent))
    return took, pl.read_parquet(files.igate.with_name("links.parquet")).cast(dict.fromkeys(PAIR, pl.UInt32))


def _true(files: Files, rule_id: str) -> pl.DataFrame:
    return pl.read_parquet(files.truth_rules).filter(pl.col("rule_id") == rule_id)


def _rules(found: pl.DataFrame, files: Files) -> dict[str, Score]:
    """Each rule's findings against the true ones."""
    scores = {}
    for rule_id, names in RULES.items():
        of_rule, true = found.filter(rule_id=rule_id), _true(files, rule_id)
        if rule_id != "M10":
            scores[f"{rule_id} asserted"] = judge_rows(of_rule.filter(~pl.col("needs_review")), true, names)
        if rule_id in WITH_REVIEW:
            scores[f"{rule_id} with review"] = judge_rows(of_rule, true, names)
    return scores


def judge_rows(found: pl.DataFrame, true: pl.DataFrame, names: Sequence[str]) -> Score:
    """Findings against the true ones, each named by these rows; of pairs, either line written twice is right."""
    if names == tuple(PAIR):
        return judge(found.select(pl.col(PAIR).cast(pl.UInt32)), true)
    given, wanted = (rows.select(pl.col(names).cast(pl.UInt32)).drop_nulls().unique() for rows in (found, true))
    right = given.join(wanted, on=names, how="semi").height
    return Score(Share(right, given.height), Share(right, wanted.height))


def show(table: pl.DataFrame) -> None:
    """Print a table."""
    if table.height:
        with pl.Config(
            tbl_rows=-1,
            tbl_hide_dataframe_shape=True,
            tbl_hide_column_data_types=True,
            tbl_width_chars=120,
            fmt_table_cell_list_len=4,
        ):
            print(table)


def measure_all(*, is_quick: bool) -> Mapping[str, Any]:
    """All cases, quick ones smaller."""
    return {case.name: measure(case, dossiers_of(is_quick=is_quick)) for case in CASES}


def dossiers_of(*, is_quick: bool) -> int:
    """How many dossiers a case has."""
    return 16_000 if is_quick else 100_000


def baselines(dossiers: int) -> Mapping[str, Score]:
    """M01 by VLOOKUP at each level; needs no program of ours."""
    made = {name: kept(dossiers, level, 5, units=1 + dossiers // 8_000) for name, level in LEVELS.items()}
    return {name: judge(vlookup(files)[1], _true(files, "M01")) for name, files in made.items()}
