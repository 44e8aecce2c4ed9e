"""Runs of commands, timed, and generated sets kept under out/bench."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.generate import Files, generate
from tests.benchmarks.levels import OFFICE, USUAL, Level, Scenes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "out"
DOICHIEU = str(Path(sys.executable).with_name("doichieu"))
COMPLETE = (0, 3)  # 3: complete, though some rows were set aside
GENERATOR = (
    "words.toml",
    "words.py",
    "dossiers.py",
    "outcomes.py",
    "books.py",
    "generate.py",
    "levels.py",
    "noise.py",
    "noise_codes.py",
    "noise_texts.py",
    "other_hand.py",
)


@dataclass(frozen=True)
class Measured:
    """What one run of a command took."""

    seconds: float
    peak_mib: float
    cpu_seconds: float


def run(command: Sequence[str]) -> Measured:
    """Run to the end; stdout is dropped.

    Raises:
        RuntimeError: the command failed; with the end of its stderr.
    """
    clock = [sys.executable, str(HERE / "clock.py"), *command]
    told = subprocess.run(clock, capture_output=True, text=True, check=True)
    code, seconds, peak_kib, cpu_seconds = told.stdout.split()
    if int(code) not in COMPLETE:
        raise RuntimeError(f"{Path(command[0]).name} ended with {code}: {told.stderr[-800:]}")
    return Measured(float(seconds), int(peak_kib) / 1024, float(cpu_seconds))


def medians(commands: Mapping[str, Sequence[str]], times: int) -> dict[str, Measured]:
    """The median run of each command, run in turns so that a noisy minute strikes all of them."""
    turns = [{name: run(command) for name, command in commands.items()} for _ in range(times)]
    return {
        name: sorted((turn[name] for turn in turns), key=lambda measured: measured.seconds)[times // 2]
        for name in commands
    }


def reconcile_command(inputs: Mapping[str, Path], files: Files, folder: Path) -> list[str]:
    """The ad-hoc command on these inputs; results go to folder/mismatches.parquet and folder/links.parquet."""
    named = [f"{feed}={path}" for feed, path in inputs.items()]
    told = [
        "--format",
        "parquet",
        "--output",
        str(folder / "mismatches.parquet"),
        "--links",
        str(folder / "links.parquet"),
    ]
    return [DOICHIEU, "reconcile", *named, "--as-of", files.as_of.isoformat(), *told, "--config", str(files.config)]


def kept(  # noqa: PLR0913 -- the arguments of generate
    dossiers: int, level: Level, seed: int, *, units: int, surnames: str = "usual", scenes: Scenes = USUAL
) -> Files:
    """The generated set, made anew only when the generator or its arguments have changed."""
    arguments = repr((dossiers, level, seed, units, surnames, scenes))
    folder = OUT / "bench" / f"{level.name}-{dossiers}-{_digest(arguments)}"
    return _once(folder, lambda: generate(folder, dossiers, level, seed, units=units, surnames=surnames, scenes=scenes))


def ten_provinces() -> Files:
    """Ten sets of a million dossiers as one; each is of a province of its own."""
    sets = [kept(1_000_000, OFFICE, seed, units=125) for seed in range(12, 22)]
    files = Files.under(OUT / "bench" / f"provinces-{_digest(repr(sets))}")

    def join() -> None:
        files.igate.parent.mkdir(parents=True, exist_ok=True)
        files.config.write_text("# many units\n", encoding="utf-8")
        for side in ("igate", "logbook"):
            with getattr(files, side).open("wb") as joined:
                for number, part in enumerate(sets):
                    joined.writelines(_of_province(getattr(part, side), number))

    return _once(files.igate.parent, join)


def _of_province(path: Path, number: int) -> Iterator[bytes]:
    """The lines of a file with another province in their codes; its heading only where it is the first."""
    with path.open("rb") as lines:
        heading = next(lines)
        if not number:
            yield heading
        yield from (line.replace(b".H56", b".H%d" % (56 + number)) for line in lines)


def _once(folder: Path, make: Callable[[], Files]) -> Files:
    done = folder / "done"
    if not done.exists():
        print(f"generating {folder.relative_to(OUT.parent)} ...", file=sys.stderr, flush=True)
        make()
        done.touch()
    return Files.under(folder)


def _digest(arguments: str) -> str:
    material = [(HERE / name).read_bytes() for name in GENERATOR]
    return hashlib.sha256(b"\0".join([arguments.encode(), *material])).hexdigest()[:10]
