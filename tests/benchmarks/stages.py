"""Where the time goes: CPU seconds of each stage up to the database, linking, and what many small files cost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.collect import Collected, Request
from pipeline.normalise import normalise_cases, normalise_logbook
from pipeline.read import read_file
from pipeline.reading import prepare_all
from pipeline.recognise import recognise
from pipeline.settings import load_settings
from pipeline.validate import rules, validate
from tests.benchmarks.levels import OFFICE
from tests.benchmarks.linker import export
from tests.benchmarks.runs import HERE, OUT, kept
from tests.benchmarks.speed import PER_UNIT, told

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from pipeline.settings import Settings
    from tests.benchmarks.generate import Files

MANY, ROWS = 1_000, 300  # files, and rows of each
TIMES = 3


def stages() -> Mapping[str, Any]:
    """CPU seconds of reading, recognising, normalising and validating a hundred thousand and a million rows a side.

    The least of some runs: on a shared machine whatever is more was somebody else's.
    """
    return {f"{dossiers}": _least(dossiers) for dossiers in (100_000, 1_000_000)}


def linking() -> Mapping[str, Any]:
    """Linking a million lines with a million records against loading both files typed, and its memory beyond the rows.

    The medians of some runs of the clock.
    """
    files = kept(1_000_000, OFFICE, 12, units=1_000_000 // PER_UNIT)
    folder = files.igate.parent
    export(files, folder)
    ours, typed = [], []
    for _ in range(TIMES):
        ours.append(json.loads(_said("-m", "tests.benchmarks.linker", folder, files.config)))
        typed.append(float(_said(HERE / "typed.py", files.igate, files.logbook)))
    seconds, mib = (sorted(run[name] for run in ours)[TIMES // 2] for name in ("link_seconds", "link_mib"))
    against = sorted(typed)[TIMES // 2]
    told("1M: linking / loading both files typed", seconds / against, 3, f"{seconds:.2f} s / {against:.2f} s")
    told("1M: memory of linking beyond the rows, GiB", mib / 1024, 2)
    return {"ratio": seconds / against, "seconds": seconds, "against_seconds": against, "at_most": 3, "mib": mib}


def _said(*command: object) -> str:
    """The last line that a Python program prints."""
    ended = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, check=True)
    return ended.stdout.splitlines()[-1]


def many_files() -> Mapping[str, Any]:
    """A thousand files of 300 rows against one file of 300,000."""
    settings, (many, one) = load_settings(), _files_of_one_book(kept(MANY * ROWS, OFFICE, 14, units=82))
    rules(is_logbook=False)
    turns = [[_prepared(paths, settings) for paths in (many, [one])] for _ in range(TIMES)]
    apart, together = (sorted(took)[TIMES // 2] for took in zip(*turns, strict=True))
    told("1,000 files of 300 rows / one of 300,000", apart / together, 1.5, f"{apart:.1f} s / {together:.1f} s")
    return {"ratio": apart / together, "cpu_seconds": apart, "against_cpu_seconds": together, "at_most": 1.5}


def _least(dossiers: int) -> dict[str, float]:
    files = kept(dossiers, OFFICE, 12, units=max(1, dossiers // PER_UNIT))
    runs = [_one_run(files) for _ in range(TIMES)]
    least = {stage: min(run[stage] for run in runs) for stage in runs[0]}
    for stage, seconds in least.items():
        told(f"{dossiers}: {stage}, CPU s", seconds, at_most=None)
    return least


def _one_run(files: Files) -> dict[str, float]:
    took: dict[str, float] = {}
    settings = load_settings(files.config)
    rules(is_logbook=True)
    for feed, path in (("igate", files.igate), ("logbook", files.logbook)):
        is_logbook = feed == "logbook"
        with _clocked(took, "read"):
            grids = read_file(path)
        with _clocked(took, "recognise"):
            table = recognise(grids, settings.feeds, feed)
        del grids
        with _clocked(took, "normalise"):
            rows = (normalise_logbook if is_logbook else normalise_cases)(table, path.name)
        with _clocked(took, "validate"):
            validate(rows, is_logbook=is_logbook)
    return took


@contextmanager
def _clocked(took: dict[str, float], stage: str) -> Generator[None]:
    began = time.process_time()
    yield
    took[stage] = took.get(stage, 0) + time.process_time() - began


def _files_of_one_book(files: Files) -> tuple[list[Path], Path]:
    """The export cut into files of 300 rows, and as one file of as many rows."""
    folder = OUT / "bench" / "many"
    folder.mkdir(parents=True, exist_ok=True)
    header, *lines = files.igate.read_bytes().splitlines(keepends=True)
    parts = [lines[begin : begin + ROWS] for begin in range(0, len(lines), ROWS)]
    paths = [folder / f"igate_{number:04}.csv" for number in range(len(parts))]
    for path, part in zip(paths, parts, strict=True):
        path.write_bytes(header + b"".join(part))
    return paths, files.igate


def _prepared(paths: list[Path], settings: Settings) -> float:
    began = time.process_time()
    prepare_all(Collected([Request(path, "igate") for path in paths]), settings, lambda _: None)
    return time.process_time() - began
