"""Nights of a commune and of a province: the first, and one with tomorrow's export."""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pipeline.init import initialise
from pipeline.night.inbox import SETTLED_SECONDS
from tests.benchmarks.levels import OFFICE
from tests.benchmarks.runs import DOICHIEU, OUT, Measured, kept, run
from tests.benchmarks.speed import told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from tests.benchmarks.generate import Files

COMMUNE, PROVINCE = (4_000, 1), (330_000, 82)  # dossiers, units


def nights() -> Mapping[str, Any]:
    """A commune's night and a province's, in seconds and GiB; a state's bytes per dossier."""
    results: dict[str, Any] = {}
    for name, (dossiers, units), seconds, gib in (("commune", COMMUNE, 3, None), ("province", PROVINCE, 40, 1.5)):
        first, second, size = _two_nights(kept(dossiers, OFFICE, 13, units=units), OUT / "bench" / f"home-{name}")
        told(f"{name}: first night, s", first.seconds, at_most=seconds)
        told(f"{name}: next night, s", second.seconds, at_most=seconds)
        told(f"{name}: peak memory, GiB", max(first.peak_mib, second.peak_mib) / 1024, at_most=gib)
        told(f"{name}: state, bytes per dossier", size / dossiers, at_most=None)
        results[name] = {"first": first.seconds, "next": second.seconds, "peak_mib": second.peak_mib, "state": size}
    return results


def _two_nights(files: Files, home: Path) -> tuple[Measured, Measured, int]:
    shutil.rmtree(home, ignore_errors=True)
    initialise(home)
    shutil.copyfile(files.config, home / "doichieu.toml")
    first = night(home, files, files.as_of)
    with files.igate.open("a", encoding="utf-8") as export:
        export.write("\n")  # another content, the same rows
    second = night(home, files, files.as_of + timedelta(days=1))
    return first, second, max(home.glob("state/*.duckdb")).stat().st_size


def night(home: Path, files: Files, day: date) -> Measured:
    """Deliver both files and run the night of the day."""
    for feed, path in (("igate", files.igate), ("logbook", files.logbook)):
        (home / "inbox" / feed).mkdir(exist_ok=True)
        shutil.copyfile(path, home / "inbox" / feed / f"{feed}.csv")
    time.sleep(SETTLED_SECONDS + 1)  # else the night waits for files that were just written
    return run([DOICHIEU, "nightly", "--home", str(home), "--as-of", day.isoformat()])
