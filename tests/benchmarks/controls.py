"""Control experiments: what must find nothing finds nothing, what must find all finds all; judges that can say no."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pipeline.database import fetch
from pipeline.learn import opened
from pipeline.link import link
from pipeline.prepare import prepare
from pipeline.settings import load_settings
from tests.benchmarks.accuracy import PAIR, Share, judge, judge_rows
from tests.benchmarks.generate import FEED_HEADINGS, Files, generate
from tests.benchmarks.levels import CLEAN, OFFICE
from tests.benchmarks.runs import OUT, reconcile_command, run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

IDENTITY = replace(CLEAN, name="identity", not_in_book=0, not_in_software=0)
LINKS = """
select logbook_entry.row as logbook_row, case_record.row as feed_row, link.method, link.score, link.needs_review
from link
inner join logbook_entry on link.entry_id = logbook_entry.entry_id
inner join case_record on link.record_id = case_record.record_id
"""
PEOPLE = ("applicant", "address", "phone")  # what belongs to one person is dealt together
CLOSED, OPEN = ["Đã trả kết quả", "Đã kết thúc"], "Đang xử lý"


def controls(*, is_quick: bool) -> Mapping[str, Any]:
    """All controls; prints one line each."""
    dossiers, folder = (8_000 if is_quick else 40_000), OUT / "bench" / "controls"
    office = generate(folder / "office", dossiers, OFFICE, 41, units=1 + dossiers // 8_000)
    found = linked(office)
    by_code, by_person = wrong_under_dealt_codes(office, folder)
    results = {
        "identity: share found": asserted_share(linked(identity(folder / "identity", dossiers)), dossiers),
        "strangers: lines with an asserted link": asserted_share(linked(strangers(office, folder)), dossiers),
        "strangers: lines with any link": Share(linked(strangers(office, folder)).height, dossiers),
        "codes dealt anew: asserted links by the code": by_code,
        "codes dealt anew: asserted links of a namesake": by_person,
        "truth dealt anew: links that are right": judge(found, dealt_truth(office)).precision,
        "no links: recall": judge(found.clear(), pl.read_parquet(office.truth_links)).recall,
        **_feeds_disagree(office, folder),
    }
    print("\n".join(f"  {name:46} {share}" for name, share in results.items()))
    return {name: asdict(share) for name, share in results.items()}


def linked(files: Files) -> pl.DataFrame:
    """The links of a set: PAIR, score, needs_review."""
    settings = load_settings(files.config)
    con = opened([prepare(files.igate, "igate", settings), prepare(files.logbook, "logbook", settings)], settings)
    link(con, settings)
    return fetch(con, LINKS, {}).cast(dict.fromkeys(PAIR, pl.UInt32))


def asserted_share(links: pl.DataFrame, dossiers: int) -> Share:
    """Of so many dossiers those with an asserted link."""
    return Share(links.filter(~pl.col("needs_review")).height, dossiers)


def identity(folder: Path, dossiers: int) -> Files:
    """A book that is the export, letter by letter."""
    return generate(folder, dossiers, IDENTITY, 42, units=1 + dossiers // 8_000)


def strangers(files: Files, folder: Path) -> Files:
    """The same book beside an export in which code, person, procedure and days are dealt anew, each by itself."""
    records, dice = _records(files), np.random.default_rng(43)
    whole = {FEED_HEADINGS[name] for name in PEOPLE}
    dealt = records.select(
        records[name].gather(dice.permutation(records.height)) if name not in whole else records[name]
        for name in records.columns
    )
    people = records.select(sorted(whole))[dice.permutation(records.height)]
    return _beside(files, folder / "strangers", dealt.with_columns(people))


def wrong_under_dealt_codes(files: Files, folder: Path) -> tuple[Share, Share]:
    """Codes dealt anew while all else stays: asserted links that follow the code, and others that are wrong."""
    records, code = _records(files), FEED_HEADINGS["code"]
    new_rows = np.random.default_rng(44).permutation(records.height)
    dealt = _beside(files, folder / "codes", records.with_columns(records[code].gather(new_rows)))
    truth = pl.read_parquet(files.truth_links).filter(pl.col("feed_row").is_not_null()).select(PAIR)
    wrong = linked(dealt).filter(~pl.col("needs_review")).join(truth, on=PAIR, how="anti")
    by_code = wrong.filter(pl.col("method").is_in(("exact", "repaired"))).height
    return Share(by_code, records.height), Share(wrong.height - by_code, records.height)


def dealt_truth(files: Files) -> pl.DataFrame:
    """A truth that is none."""
    return pl.read_parquet(files.truth_links).with_columns(pl.col("feed_row").shuffle(seed=1))


def feeds_disagree(files: Files, folder: Path) -> tuple[dict[str, Path], pl.DataFrame]:
    """A second feed with each fifth dossier, of which each fourth is in another state; the rows of M11."""
    records, status = _records(files).with_row_index("feed_row", 2), FEED_HEADINGS["status"]
    of_both = records.gather_every(5).with_row_index("place")
    is_other = pl.col("place") % 4 == 0
    opposite = pl.when(pl.col(status).is_in(CLOSED)).then(pl.lit(OPEN)).otherwise(pl.lit(CLOSED[0]))
    second = of_both.with_columns(pl.when(is_other).then(opposite).otherwise(status).alias(status))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "second.csv"
    second.drop("place", "feed_row").rename({"Công dân/ Tổ chức": "Chủ hồ sơ"}).write_csv(path)
    return {"igate": files.igate, "xgate": path, "logbook": files.logbook}, of_both.filter(is_other).select("feed_row")


def _feeds_disagree(files: Files, folder: Path) -> dict[str, Share]:
    inputs, true = feeds_disagree(files, folder / "feeds")
    run(reconcile_command(inputs, files, folder / "feeds"))
    found = pl.read_parquet(folder / "feeds" / "mismatches.parquet").filter(rule_id="M11", needs_review=False)
    score = judge_rows(found, true, ("feed_row",))
    return {"M11, two feeds: precision": score.precision, "M11, two feeds: recall": score.recall}


def _records(files: Files) -> pl.DataFrame:
    return pl.read_csv(files.igate, infer_schema=False)


def _beside(files: Files, folder: Path, records: pl.DataFrame) -> Files:
    folder.mkdir(parents=True, exist_ok=True)
    records.write_csv(folder / "igate.csv")
    return replace(files, igate=folder / "igate.csv")
