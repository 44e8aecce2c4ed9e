from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.files import AS_OF, CANARIES, CANARY_NAME, write_book, write_export
from tests.report.papers import shown

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
    for name in ("a.csv", "a.parquet", "a.xlsx", "a.html", "a.docx"):
        assert home("report", "--output", tmp_path / name).code == 0
        assert (tmp_path / name).stat().st_size > 100


def test_the_paper_is_for_a_period_and_names_no_citizen(home: Shell, tmp_path: Path) -> None:
    assert home("report", "--period", "half-year", "--output", tmp_path / "bao_cao.docx").code == 0
    said = shown((tmp_path / "bao_cao.docx").read_bytes())
    assert "6 tháng đầu năm 2026" in said
    assert "Trong kỳ phát hiện 2 sai lệch, đã xử lý xong 0." in said
    assert [canary for canary in CANARIES if canary in said] == []


def test_the_paper_of_files_knows_no_history(home: Shell) -> None:
    files = ("igate.csv", "so_theo_doi.csv")
    write_export(home.folder / files[0])
    write_book(home.folder / files[1])
    done = home("reconcile", *files, "--as-of", AS_OF, "--format", "docx")
    assert (done.code, done.err) == (0, "")
    said = shown(done.out)
    assert "tháng 3 năm 2026" in said
    assert "Tổng số hồ sơ phải giải quyết là 6 hồ sơ" in said
    assert "Trong kỳ phát hiện" not in said


def test_the_paper_of_the_state_is_the_same_without_naming_files(home: Shell) -> None:
    done = home("reconcile", "--as-of", "2026-03-10", "--format", "docx", "--period", "week")
    assert (done.code, done.err) == (0, "")
    assert "Trong kỳ phát hiện 2 sai lệch" in shown(done.out)
    assert shown(done.out).count("tuần 11 năm 2026") > 1


def test_a_closing_day_and_the_offices_words_come_from_the_configuration(home: Shell) -> None:
    config = home.folder / "doichieu.toml"
    own = '[paper]\nissuer = ["Ủy ban nhân dân", "xã Mẫu"]\nperiod_ends_on = 9\n'
    config.write_text(config.read_text("utf-8").replace("[paper]\n", own), encoding="utf-8")
    said = shown(home("report", "--format", "docx").out)
    assert "ỦY BAN NHÂN DÂN / XÃ MẪU" in said
    assert "tháng 4 năm 2026\n(từ ngày 10/03/2026 đến ngày 10/03/2026)" in said


def test_a_period_is_refused_where_no_report_heeds_it(home: Shell) -> None:
    home("report", "--format", "html", "--period", "week").failed(64, "--period week", "--format docx")
    home("reconcile", "--period", "year").failed(64, "--period year", "--format docx")


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
