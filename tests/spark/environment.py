"""The environment with Spark, and commands in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-spark" / "bin" / "python"
AS_OF = date(2026, 3, 31)
# Small tables on two cores: compiling each plan would take longer than all of the work.
QUICK = (
    *("--master", "local[2]", "--conf", "spark.sql.shuffle.partitions=2"),
    *("--driver-java-options", "-XX:TieredStopAtLevel=1", "pyspark-shell"),
)


def is_ready() -> bool:
    return PYTHON.exists() and shutil.which("java") is not None


def call(*words: str | Path) -> str:
    """Run in this folder to a good end; its stdout."""
    variables = os.environ | {"PYSPARK_SUBMIT_ARGS": " ".join(QUICK)}
    ended = subprocess.run([*map(str, words)], cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout


def doichieu(engine: str, *words: str | Path) -> str:
    """The command, by the environment that its engine needs."""
    python = PYTHON if engine == "spark" else sys.executable
    return call(python, "-m", "pipeline", "reconcile", "--engine", engine, "--as-of", AS_OF.isoformat(), *words)
