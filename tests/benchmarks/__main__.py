"""`make bench`: accuracy and speed, as tables on stdout and as out/bench.json."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from tests.benchmarks import accuracy, assignment, controls, exact_peers, history, nights, side_by_side, speed, stages
from tests.benchmarks.runs import OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


ON_REQUEST = ("ten million",)  # 15 GiB of memory, 8 GB of disk


def main() -> int:
    """Run the benchmarks that are asked for; 1 when one could not be run."""
    arguments = _arguments()
    benchmarks = _benchmarks(is_quick=arguments.quick)
    names = [arguments.only] if arguments.only else [name for name in benchmarks if name not in ON_REQUEST]
    results = {name: _tried(name, benchmarks[name]) for name in names}
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(any("failed" in result for result in results.values()))


def _benchmarks(*, is_quick: bool) -> dict[str, Callable[[], Mapping[str, Any]]]:
    return {
        "start-up": speed.start_up,
        "commune": speed.commune,
        "many files": stages.many_files,
        "stages": stages.stages,
        **({} if is_quick else {"linking": stages.linking}),
        "nights": nights.nights,
        "history": history.history,
        "million": speed.tenth if is_quick else speed.million,
        **({} if is_quick else {"ten million": speed.ten_million}),
        "exact": lambda: exact_peers.exact_peers(is_quick=is_quick),
        "splink": lambda: side_by_side.side_by_side(is_quick=is_quick),
        "assignment": lambda: assignment.assignment(is_quick=is_quick),
        "controls": lambda: controls.controls(is_quick=is_quick),
        "calibration": lambda: accuracy.calibrations(is_quick=is_quick),
        "accuracy": lambda: accuracy.measure_all(is_quick=is_quick),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="leave out the million and measure accuracy on smaller sets"
    )
    parser.add_argument("--only", choices=list(_benchmarks(is_quick=False)), help="run one benchmark")
    return parser.parse_args()


def _tried(name: str, benchmark: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    print(f"{name}:", flush=True)
    try:
        return benchmark()
    except RuntimeError as fault:
        print(f"{name}: {fault}", file=sys.stderr)
        return {"failed": str(fault)}


if __name__ == "__main__":
    sys.exit(main())
