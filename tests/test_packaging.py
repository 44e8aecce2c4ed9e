"""The wheel in an environment of its own, away from the checkout and without a network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.cli.files import AS_OF, write_book, write_export

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
LIBRARIES = Path(sysconfig.get_path("purelib"))
CARRIED = ("pipeline", "schemas", "sql")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A venv with the wheel, and with the libraries of this environment but not its link to the checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    call(sys.executable, "-m", "pip", "wheel", *QUIET, "--no-build-isolation", "--wheel-dir", folder, ROOT)
    venv.create(folder / "venv", symlinks=True, with_pip=False)
    packages = Path(call(folder / "venv/bin/python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"))
    (wheel,) = folder.glob("doichieu-*.whl")
    prefix = ("--prefix", folder / "venv", "--ignore-installed", "--no-warn-script-location")
    call(sys.executable, "-m", "pip", "install", *QUIET, "--no-index", *prefix, wheel)
    for library in LIBRARIES.iterdir():
        if "doichieu" not in library.name and not library.name.startswith("__editable__") and library.suffix != ".pth":
            (packages / library.name).symlink_to(library)
    return folder


PLACES = """
import pipeline, schemas
from pipeline.settings import ROOT
print(ROOT, pipeline.__file__, schemas.__file__, sep="\\n")
"""
NEEDS = """
from importlib.metadata import metadata
facts = metadata("doichieu")
print(facts["License-Expression"], facts["Requires-Python"], *facts.get_all("Requires-Dist"), sep="\\n")
"""
QUIET = ("--quiet", "--disable-pip-version-check", "--no-deps")


def call(*words: str | Path, cwd: Path = Path("/")) -> str:
    """Run to a good end without this environment's variables; its stdout."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DOICHIEU", "VIRTUAL"))}
    ended = subprocess.run([*map(str, words)], cwd=cwd, env=bare, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    return ended.stdout.strip()


def doichieu(home: Path, *words: str | Path) -> str:
    (home / "work").mkdir(exist_ok=True)
    return call(home / "venv/bin/doichieu", *words, cwd=home / "work")


def test_code_sql_feeds_templates_and_phrases_come_from_the_wheel(home: Path) -> None:
    places = call(home / "venv/bin/python", "-c", PLACES, cwd=home).splitlines()
    assert [place for place in places if not Path(place).is_relative_to(home / "venv")] == []


def test_the_wheel_carries_every_file_of_the_checkout_and_no_tests(home: Path) -> None:
    installed = next(home.glob("venv/lib/python*/site-packages"))

    def files(root: Path) -> set[str]:
        found = (path for folder in CARRIED for path in (root / folder).rglob("*") if path.is_file())
        return {str(path.relative_to(root)) for path in found if path.suffix != ".pyc"}

    assert files(installed) == files(ROOT)
    assert not (installed / "tests").exists()
    kinds = {Path(name).suffix for name in files(installed)}
    assert {".sql", ".toml", ".txt", ".py"} <= kinds


def test_the_installed_command_helps_and_lists_rules_and_feeds(home: Path) -> None:
    assert doichieu(home, "--help").startswith("Usage: doichieu")
    assert doichieu(home, "rules").count("\n") == 23
    assert "igate: iGate" in doichieu(home, "feeds")


def test_the_installed_command_makes_a_home(home: Path) -> None:
    assert "new/doichieu.toml" in doichieu(home, "init", "new")


def test_the_installed_command_reconciles(home: Path) -> None:
    (home / "work").mkdir(exist_ok=True)
    write_export(home / "work" / "igate.csv")
    write_book(home / "work" / "so_theo_doi.csv")
    out = doichieu(home, "reconcile", "igate.csv", "so_theo_doi.csv", "--as-of", AS_OF, "--format", "jsonl")
    assert [json.loads(line)["rule_id"] for line in out.splitlines()] == ["M01", "M01"]
    assert "16/03/2026" in doichieu(home, "reconcile", "igate.csv", "so_theo_doi.csv", "--as-of", AS_OF)


def test_the_wheel_says_what_it_needs(home: Path) -> None:
    licence, python, *needs = call(home / "venv/bin/python", "-c", NEEDS, cwd=home).splitlines()
    assert (licence, python) == ("MIT", ">=3.11")
    assert {"polars", "duckdb", "pandera"} <= {re.split(r"[\[<>=]", one)[0] for one in needs}
