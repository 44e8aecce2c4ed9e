from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.files import AS_OF, write_book, write_export

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
LONGEST, NINE_IN_TEN, MEDIAN = 40, 25, 8  # lines of a function, docstring and decorators left out


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


LOCKS = ("requirements.lock", "tests/spark/requirements.lock", "tests/benchmarks/peers.lock")


def lock(name: str = "requirements.lock") -> list[str]:
    """The lock's requirements, each with its hashes on one line, comments left out."""
    text = re.sub(r"(?m)^ *#.*$\n?", "", (ROOT / name).read_text(encoding="utf-8"))
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


# The lock


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_of_the_lock_has_one_version_and_a_hash(name: str) -> None:
    loose = [
        line.split()[0] for line in lock(name) if not re.match(r"^[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ]
    assert loose == []


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_names_no_host_and_no_path(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"(?m)^.*(?:://|--(?:extra-)?index-url|--find-links| @ |/(?:home|root)/|file:).*$", text) == []


def test_the_lock_has_every_dependency_within_its_bounds() -> None:
    from packaging.requirements import Requirement

    locked = dict(line.split()[0].split("==") for line in lock())
    wanted = [*project()["dependencies"], *project()["optional-dependencies"]["dev"]]
    for one in map(Requirement, wanted):
        assert locked[one.name.lower()].split(";")[0] in one.specifier, one


def test_what_benchmarks_compare_with_is_not_installed_with_the_program() -> None:
    ours = {line.split("==")[0] for line in lock()}
    assert ours.isdisjoint({"pandas", "splink", "datacompy", "diffly", "scipy"})


# pyproject.toml


def dependency_lines() -> list[str]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return re.findall(r'(?m)^  "[\w\[\]-]+[<>=!~].*$', text)


def test_every_dependency_has_an_upper_bound() -> None:
    wanted = [*project()["dependencies"], *chain(*project()["optional-dependencies"].values())]
    assert [one for one in wanted if not re.search(r",<\d", one)] == []
    assert len(dependency_lines()) == len(wanted)


def test_every_dependency_has_its_reason_beside_it() -> None:
    assert [line for line in dependency_lines() if not re.search(r", +# \w", line)] == []


def test_every_noqa_has_its_reason_beside_it() -> None:
    bare = re.compile(r"# (?:noqa|type: ignore|fmt: off)(?![^\n]* --? )[^\n]*$", re.MULTILINE)
    found = {path.name: bare.findall(path.read_text(encoding="utf-8")) for path in sources()}
    assert {name: lines for name, lines in found.items() if lines} == {}


# The size of things


def sources() -> list[Path]:
    return [path for folder in ("pipeline", "schemas") for path in sorted((ROOT / folder).rglob("*.py"))]


def lengths() -> Iterator[tuple[int, str]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                signature = node.body[0].lineno - node.lineno
                yield (node.end_lineno or 0) - first.lineno + 1 + signature, f"{path.name}:{node.name}"


def test_functions_are_small() -> None:
    found = sorted(lengths(), reverse=True)
    sizes = [size for size, _ in found]
    print(f"functions: {len(sizes)}, median {statistics.median(sizes)}, longest {found[:3]}")  # noqa: T201 -- pytest -s shows it
    assert [one for one in found if one[0] > LONGEST] == []
    assert statistics.median(sizes) <= MEDIAN
    assert statistics.quantiles(sizes, n=10)[-1] <= NINE_IN_TEN


# What is imported when


def modules_after(code: str, folder: Path) -> set[str]:
    """The top-level modules that a process has imported after the code."""
    told = f"{code}\nimport sys; print('\\n'.join(sys.modules), file=sys.stderr)"
    ended = subprocess.run([sys.executable, "-c", told], cwd=folder, capture_output=True, check=True, timeout=60)
    return {line.partition(".")[0] for line in ended.stderr.decode().splitlines()}


def test_help_imports_neither_click_nor_polars(tmp_path: Path) -> None:
    code = (
        "import os, sys; os._exit = lambda code: None; sys.argv = ['doichieu', '--help']\n"
        "from pipeline.__main__ import main; main()"
    )
    assert modules_after(code, tmp_path) & {"click", "polars", "duckdb", "pandera", "rich"} == set()


@pytest.mark.parametrize("format_", ["text", "csv", "xlsx"])
def test_a_whole_run_of_sound_files_imports_neither_pandas_nor_pandera(tmp_path: Path, format_: str) -> None:
    write_export(tmp_path / "igate.csv")
    write_book(tmp_path / "so_theo_doi.csv")
    words = ["reconcile", "igate.csv", "so_theo_doi.csv", "--as-of", AS_OF, "--format", format_]
    code = f"import sys; sys.argv = ['doichieu', *{words}]\nfrom pipeline.cli import run; assert run() == 0"
    modules = modules_after(code, tmp_path)
    assert {"polars", "duckdb"} <= modules
    assert modules & {"pandas", "pyarrow", "fastexcel", "lxml", "pandera"} == set()  # pandera tells faults; none here


# Files that must be there


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "CHANGELOG.md", "Makefile", "requirements.lock", ".ci/run"])
def test_the_repository_has(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


def test_the_makefile_explains_every_target_of_the_issue() -> None:
    ended = subprocess.run(["make", "-C", str(ROOT), "help"], capture_output=True, text=True, check=True)
    explained = re.findall(r"(?m)^ +make (\w+) +\w", ended.stdout)
    assert {"setup", "demo", "test", "check", "lint", "types", "bench", "help"} <= set(explained)


def test_ci_runs_the_check() -> None:
    assert "make check" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
