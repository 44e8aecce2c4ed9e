"""The command over sample_exports/: everything that tests/samples/situations.toml promises, and nothing else."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline.collect import collect
from pipeline.comparison import Asked, reconcile_files
from pipeline.settings import load_settings
from tests.samples.build import FOLDER, contents
from tests.samples.dossiers import commune, dossiers

PICTURE = "bao_cao.png"  # the page of `make demo` as chromium shows it
AS_OF = "2026-03-31"
COMMAND = [sys.executable, "-m", "pipeline", "reconcile", FOLDER.name, "--as-of", AS_OF]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("DOICHIEU_")}
Facts = dict[str, Any]


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options], cwd=FOLDER.parent, env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False
    )


def lines_of(text: str) -> list[Facts]:
    return [json.loads(line) for line in text.splitlines()]


def expected(name: str) -> list[Facts]:
    return lines_of((FOLDER / f"expected_{name}.jsonl").read_text(encoding="utf-8"))


def without_folder(facts: Facts) -> Facts:
    """File names as the expected results give them: relative to sample_exports."""
    files = {name: facts[name] for name in ("file", "logbook_file", "feed_file") if facts.get(name)}
    return facts | {name: Path(file).name for name, file in files.items()}


def not_matched(wanted: list[Facts], found: list[Facts]) -> tuple[list[Facts], list[Facts]]:
    """What is promised and not found, and what is found and not promised."""
    columns = wanted[0].keys()
    found = [without_folder(facts) for facts in found]
    promised = Counter(json.dumps(facts, sort_keys=True) for facts in wanted)
    told = Counter(json.dumps({name: facts[name] for name in columns}, sort_keys=True) for facts in found)
    return [json.loads(one) for one in promised - told], [json.loads(one) for one in told - promised]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Facts]]:
    """What the command wrote: mismatches to standard output, links and quarantine to their files."""
    folder = tmp_path_factory.mktemp("results")
    files = {name: folder / f"{name}.jsonl" for name in ("links", "quarantine")}
    finished = run("--format", "jsonl", *(f"--{name}={path}" for name, path in files.items()))
    assert (finished.returncode, finished.stderr) == (0, "")
    written = {name: lines_of(path.read_text(encoding="utf-8")) for name, path in files.items()}
    return {"mismatches": lines_of(finished.stdout), **written}


@pytest.mark.parametrize("name", ["mismatches", "links", "quarantine"])
def test_the_command_finds_what_is_promised_and_nothing_else(results: dict[str, list[Facts]], name: str) -> None:
    assert not_matched(expected(name), results[name]) == ([], [])


def test_every_row_of_every_file_is_accounted_for() -> None:
    settings = load_settings()
    collected = collect((str(FOLDER),), frozenset(settings.feeds))
    outcome = reconcile_files(collected, Asked(commune()["as_of"], settings, lambda _: None)).outcome
    assert not_matched(expected("files"), outcome.files.to_dicts()) == ([], [])
    assert len(collected.requests) == len(expected("files"))


def test_every_rule_occurs() -> None:
    assert {facts["rule_id"] for facts in expected("mismatches")} == {f"M{n:02}" for n in range(1, 14)}
    assert {facts["rule_id"] for facts in expected("quarantine")} == {f"V{n:02}" for n in range(1, 12)}


def test_every_urgency_and_every_way_of_linking_occurs_asserted_and_to_check() -> None:
    overdue = [facts for facts in expected("mismatches") if facts["rule_id"] == "M01"]
    assert {facts["urgency"] for facts in overdue} == {"overdue", "due_today", "due_soon", "later", None}
    assert {facts["needs_review"] for facts in overdue} == {True, False}
    ways = {(facts["method"], facts["needs_review"]) for facts in expected("links")}
    assert {method for method, _ in ways} == {"exact", "repaired", "near", "identity"}
    assert {("identity", False), ("identity", True)} <= ways


def test_the_commune_has_enough_dossiers_and_no_two_under_one_code() -> None:
    codes = [dossier.code for dossier in dossiers()]
    assert len(codes) >= 120
    assert len(codes) == len(set(codes))


def test_the_folder_holds_what_the_description_builds() -> None:
    built = contents()
    assert {path.name for path in FOLDER.iterdir()} - {PICTURE} == built.keys()
    assert {name: parts((FOLDER / name).read_bytes()) for name in built} == {n: parts(raw) for n, raw in built.items()}


def test_building_again_gives_the_same_bytes() -> None:
    assert contents() == contents()


def test_the_report_opens_its_list_with_the_dossier_to_close_today() -> None:
    finished = run()
    assert (finished.returncode, finished.stderr) == (0, "")
    first = next(line for line in finished.stdout.splitlines() if line.startswith("Hôm nay"))
    assert "000.17.22.H56-260324-0001" in first
    assert "8 hồ sơ bị tính quá hạn chỉ vì chưa đóng" in finished.stdout


def test_findings_have_an_exit_code_of_their_own_when_asked_for() -> None:
    assert run("--exit-code").returncode == 10


def parts(raw: bytes) -> bytes | dict[str, bytes]:
    """A workbook's parts as they are unpacked: how they are packed differs between zlibs."""
    if not raw.startswith(b"PK"):
        return raw
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
