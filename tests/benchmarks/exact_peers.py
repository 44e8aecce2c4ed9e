"""Tools that compare two tables letter by letter, beside our whole run: the same files, one after another in turns.

They compare six columns of the rows whose code stands once on both sides and say how many differ; we also read what is
not letter-equal, link it, find the mismatches and write them.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tests.benchmarks.levels import OFFICE
from tests.benchmarks.runs import HERE, kept, medians, reconcile_command
from tests.benchmarks.side_by_side import PEER_PYTHON
from tests.benchmarks.speed import PER_UNIT, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.benchmarks.generate import Files

PEERS = {"datacompy, polars": "exact_datacompy", "diffly": "exact_diffly", "plain SQL": "exact_sql"}
TO_BEAT = "datacompy, polars"


def exact_peers(*, is_quick: bool) -> Mapping[str, Any]:
    """Seconds and peak memory of each, and of our run.

    Raises:
        RuntimeError: the peers are not installed, one failed, or they do not count the same.
    """
    if not PEER_PYTHON.exists():
        raise RuntimeError(".venv-bench is missing: make peers")
    dossiers = 100_000 if is_quick else 1_000_000
    files = kept(dossiers, OFFICE, 12, units=dossiers // PER_UNIT)
    commands = {name: _command(program, files) for name, program in PEERS.items()}
    counts = {name: _counts(command) for name, command in commands.items()}
    if len({str(one) for one in counts.values()}) > 1:
        raise RuntimeError(f"the peers do not agree: {counts}")
    ours = reconcile_command({"igate": files.igate, "logbook": files.logbook}, files, files.igate.parent)
    took = medians({"doichieu": ours, **commands}, times=3)
    print(f"  {dossiers:,} dossiers; letter by letter: {counts[TO_BEAT]}")
    for name, measured in took.items():
        print(f"  {name:20} {measured.seconds:7.2f} s {measured.peak_mib:7.0f} MiB")
    told(f"whole run / {TO_BEAT}", took["doichieu"].seconds / took[TO_BEAT].seconds, at_most=1)
    return {name: asdict(measured) for name, measured in took.items()} | {"counts": counts[TO_BEAT]}


def _command(program: str, files: Files) -> list[str]:
    return [str(PEER_PYTHON), str(HERE / "peers" / f"{program}.py"), str(files.igate), str(files.logbook)]


def _counts(command: Sequence[str]) -> dict[str, int]:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{command[1]} ended with {ended.returncode}: {ended.stderr[-800:]}")
    return json.loads(ended.stdout.splitlines()[-1])
