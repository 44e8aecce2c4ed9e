"""No accusation comes from a file's absence: what rests on a source that cannot speak is not said, and that is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.files import AS_OF, ROWS, dossier, export_text, write_book, write_export

if TYPE_CHECKING:
    from tests.cli.conftest import Result, Shell

BROKEN = b"\0"
FIRST_HALF, SECOND_HALF = ROWS[:3], ROWS[3:]


def rules_of(done: Result) -> set[str]:
    return {json.loads(line)["rule_id"] for line in done.out.splitlines()}


def reconcile(shell: Shell, *words: str) -> Result:
    return shell("reconcile", "--as-of", AS_OF, "--format", "jsonl", *words)


def heading_of(text: str) -> bytes:
    return "".join(text.splitlines(keepends=True)[:2]).encode()


@pytest.fixture
def two_systems(shell: Shell) -> Shell:
    """Three dossiers in each case system, all six in the book."""
    write_export(shell.folder / "igate.csv", *FIRST_HALF)
    write_export(shell.folder / "xgate.csv", *SECOND_HALF)
    write_book(shell.folder / "so_theo_doi.csv")
    return shell


@pytest.fixture
def two_books(shell: Shell) -> Shell:
    """Six dossiers in the case system, three in each book."""
    write_export(shell.folder / "igate.csv")
    write_book(shell.folder / "so_theo_doi_1.csv", *FIRST_HALF)
    write_book(shell.folder / "so_theo_doi_2.csv", *SECOND_HALF)
    return shell


def test_where_a_whole_system_is_left_out_its_dossiers_are_missing(two_systems: Shell) -> None:
    assert "M05" in rules_of(reconcile(two_systems, "igate.csv", "so_theo_doi.csv"))
    assert "M05" not in rules_of(reconcile(two_systems, "."))


@pytest.mark.parametrize("content", [BROKEN, b"", heading_of(export_text())], ids=["broken", "empty", "heading alone"])
def test_an_export_that_cannot_speak_accuses_nobody_of_not_entering(two_systems: Shell, content: bytes) -> None:
    (two_systems.folder / "xgate.csv").write_bytes(content)
    done = reconcile(two_systems, ".")
    assert done.code == 3
    assert rules_of(done) == {"M01"}  # of the other system
    assert "xgate.csv: chưa kết luận các mục M05 Có trong sổ, không có trên phần mềm." in " ".join(done.err.split())


def test_an_export_whose_rows_are_all_set_aside_accuses_nobody_either(two_systems: Shell) -> None:
    write_export(two_systems.folder / "xgate.csv", *(row | {"received": "99/99/2026"} for row in SECOND_HALF))
    done = reconcile(two_systems, ".")
    assert (done.code, rules_of(done)) == (3, {"M01"})


def test_a_book_that_cannot_speak_accuses_nobody_of_not_writing(two_books: Shell) -> None:
    assert "M06" in rules_of(reconcile(two_books, "igate.csv", "so_theo_doi_1.csv"))
    (two_books.folder / "so_theo_doi_2.csv").write_bytes(BROKEN)
    done = reconcile(two_books, ".")
    assert (done.code, rules_of(done)) == (3, {"M01"})
    told = " ".join(done.err.split())
    assert "so_theo_doi_2.csv: chưa kết luận các mục M04" in told
    assert "M06 Có trên phần mềm, không có trong sổ; M13" in told


def test_a_file_of_no_known_feed_may_be_of_either_side(two_systems: Shell) -> None:
    (two_systems.folder / "danh_ba.csv").write_text("Tên,Số máy\nA,1\nB,2\n", encoding="utf-8")
    write_book(two_systems.folder / "so_theo_doi.csv", *ROWS, dossier(7), dossier(8))
    write_export(two_systems.folder / "xgate.csv", *SECOND_HALF, dossier(9))
    assert {"M05", "M06"} <= rules_of(reconcile(two_systems, "igate.csv", "xgate.csv", "so_theo_doi.csv"))
    done = reconcile(two_systems, "igate.csv", "xgate.csv", "so_theo_doi.csv", "danh_ba.csv")
    assert (done.code, rules_of(done)) == (3, {"M01"})


def test_what_else_lies_in_the_folder_silences_nothing(two_systems: Shell) -> None:
    """A report of the last run, and the file into which the shell is about to write this one."""
    write_book(two_systems.folder / "so_theo_doi.csv", *ROWS, dossier(7))
    two_systems("reconcile", "--as-of", AS_OF, ".", "--output", "sai_lech.xlsx")
    (two_systems.folder / "moi.csv").write_bytes(b"")
    done = reconcile(two_systems, ".")
    assert done.code == 3
    assert {"M01", "M05"} <= rules_of(done)
    assert "chưa kết luận" not in done.err


def test_a_feed_that_the_caller_names_counts_as_that(two_systems: Shell) -> None:
    (two_systems.folder / "unknown.csv").write_bytes(BROKEN)
    write_book(two_systems.folder / "so_theo_doi.csv", *ROWS, dossier(7))
    done = reconcile(two_systems, "igate.csv", "xgate.csv", "so_theo_doi.csv", "logbook=unknown.csv")
    assert {"M01", "M05"} <= rules_of(done)
