from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.files import AS_OF, CANARY_NAME, write_book, write_export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell


@pytest.fixture
def home(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A home with one night behind it."""
    monkeypatch.setattr("pipeline.night.inbox.SETTLED_SECONDS", 0)
    assert shell("init").code == 0
    write_export(shell.folder / "inbox" / "igate.csv")
    write_book(shell.folder / "inbox" / "so_theo_doi.csv")
    assert shell("nightly", "--as-of", "2026-03-10").code == 0
    return shell


def test_the_report_is_in_every_format_what_the_night_filed(home: Shell, tmp_path: Path) -> None:
    filed = next((home.folder / "reports").iterdir())
    assert home("report").text.splitlines()[:8] == (filed / "doichieu.txt").read_text("utf-8").splitlines()[:8]
    lines = [json.loads(line) for line in home("report", "--format", "jsonl").text.splitlines()]
    assert {line["rule_id"] for line in lines} >= {"M01"}
    assert CANARY_NAME in home("report", "--format", "html").text
    for name in ("a.csv", "a.parquet", "a.xlsx", "a.html"):
        assert home("report", "--output", tmp_path / name).code == 0
        assert (tmp_path / name).stat().st_size > 100


def test_reading_changes_nothing(home: Shell) -> None:
    assert home("report").touched == frozenset()


def test_before_the_first_run_there_is_nothing_to_report(shell: Shell) -> None:
    shell("init")
    shell("report").failed(66, "no run yet", "doichieu nightly")


def test_a_folder_that_is_no_home_is_told(shell: Shell) -> None:
    shell("report").failed(78, "doichieu.toml")


def test_reconcile_writes_a_page_with_evidence(shell: Shell) -> None:
    write_export(shell.folder / "igate.csv")
    write_book(shell.folder / "so_theo_doi.csv")
    page = shell("reconcile", "igate.csv", "so_theo_doi.csv", "--as-of", AS_OF, "--format", "html").text
    assert page.startswith("<!DOCTYPE html>")
    assert "trùng mã" in page
