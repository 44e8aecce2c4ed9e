"""A report that lies among the exports is known as ours: it is no source, and the next run is none the worse for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook

from tests.cli.files import AS_OF

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

FORMATS = {"r.xlsx": "xlsx", "r.csv": "csv", "r.html": "html", "r.txt": "text"}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", FORMATS)
def test_a_report_in_the_folder_that_is_read_changes_nothing_and_is_told(
    shell: Shell,
    pair: tuple[str, str],  # noqa: ARG001 -- the fixture
    name: str,
    lang: str,
) -> None:
    ask = ("reconcile", ".", "--as-of", AS_OF)
    first = shell(*ask, "--format", "jsonl")
    written = shell(*ask, "--format", FORMATS[name], "--lang", lang, "--output", name)
    assert (written.code, written.touched) == (0, {name})

    again = shell(*ask, "--format", "jsonl")
    assert (again.code, again.out) == (0, first.out)
    assert f"Bỏ qua 1 báo cáo do doichieu lập: {name}" in " ".join(shell(*ask).text.split())


@pytest.mark.parametrize("option", ["--links", "--quarantine"])
def test_so_is_a_table_that_was_written_beside_it(shell: Shell, pair: tuple[str, str], option: str) -> None:
    shell("reconcile", *pair, "--as-of", AS_OF, option, "r.csv")
    assert shell("reconcile", ".", "--as-of", AS_OF).code == 0


def test_a_table_that_a_spreadsheet_saved_anew_is_still_a_report(shell: Shell, pair: tuple[str, str]) -> None:
    shell("reconcile", *pair, "--as-of", AS_OF, "--output", "r.csv")
    text = (shell.folder / "r.csv").read_text(encoding="utf-8-sig")
    (shell.folder / "r.csv").write_text(text.replace('","', ";").replace('"', ""), encoding="utf-8")
    assert shell("reconcile", ".", "--as-of", AS_OF).code == 0


def test_who_names_a_report_is_told_what_it_is(shell: Shell, pair: tuple[str, str]) -> None:
    shell("reconcile", *pair, "--as-of", AS_OF, "--output", "r.xlsx")
    shell("reconcile", "r.xlsx").failed(65, "r.xlsx: this is a report of doichieu, no source")
    beside = shell("reconcile", *pair, "r.xlsx", "--as-of", AS_OF)
    assert (beside.code, "r.xlsx: this is a report of doichieu" in beside.err) == (3, True)


def test_a_folder_of_nothing_but_reports_has_nothing_to_compare(shell: Shell, pair: tuple[str, str]) -> None:
    (shell.folder / "reports").mkdir()
    shell("reconcile", *pair, "--as-of", AS_OF, "--output", "reports/r.xlsx")
    shell("reconcile", "reports").failed(65, "r.xlsx: this is a report of doichieu")


def test_another_workbook_without_headings_is_none_of_ours(shell: Shell) -> None:
    book = Workbook()
    book.active.append(["Nội dung", "Ghi chú"])
    book.save(shell.folder / "r.xlsx")
    refused = shell("reconcile", "r.xlsx")
    assert (refused.code, "a report of doichieu" in refused.err) == (65, False)


def test_a_workbook_says_who_wrote_it(shell: Shell, pair: tuple[str, str]) -> None:
    shell("reconcile", *pair, "--as-of", AS_OF, "--output", "r.xlsx")
    assert load_workbook(shell.folder / "r.xlsx").properties.creator == "doichieu"
