from __future__ import annotations

import csv
import json
import os
import unicodedata
from datetime import date, time, timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

import pipeline.comparison
import pipeline.reading
from pipeline.report.phrases import load_phrases
from tests.cli.files import (
    AS_OF,
    CANARY_NAME,
    CANARY_PHONE,
    book_text,
    dossier,
    export_text,
    still_open,
    write_book,
    write_export,
)

if TYPE_CHECKING:
    from tests.cli.conftest import Result, Shell

Pair = tuple[str, str]


def reconcile(shell: Shell, *words: str | Path, format_: str = "text") -> Result:
    return shell("reconcile", "--as-of", AS_OF, "--format", format_, *words)


def rules_of(result: Result) -> list[str]:
    return [json.loads(line)["rule_id"] for line in result.out.splitlines()]


# Nothing to read: 66


def test_without_a_path_there_is_no_input(shell: Shell) -> None:
    shell("reconcile").failed(66, "PATH")


def test_all_wrong_paths_are_named_at_once(shell: Shell, pair: Pair) -> None:
    reconcile(shell, pair[0], "none.csv", "no/such/dir", "logbook=gone.csv", "--output", "o.csv").failed(
        66, "none.csv", "no/such/dir", "gone.csv"
    )


def test_a_link_that_leads_back_to_itself_is_a_wrong_path(shell: Shell) -> None:
    (shell.folder / "loop.csv").symlink_to("loop.csv")
    reconcile(shell, "loop.csv").failed(66, "loop.csv")


@pytest.mark.parametrize("content", [[], ["notes.md", ".hidden.csv", "~$a.xlsx"]])
def test_a_folder_with_nothing_to_read_is_no_input(shell: Shell, content: list[str]) -> None:
    (shell.folder / "inbox").mkdir()
    for name in content:
        (shell.folder / "inbox" / name).write_text("x")
    reconcile(shell, "inbox").failed(66, "inbox", ".csv", ".xlsx")


@pytest.mark.parametrize("name", ["so_theo_doi_2.ods", "so_theo_doi_2.numbers", "so_theo_doi_2.csv.gz"])
def test_a_table_in_a_folder_that_cannot_be_read_is_told_and_accuses_nobody(shell: Shell, name: str) -> None:
    write_export(shell.folder / "igate.csv", dossier(1), dossier(2))
    write_book(shell.folder / "so_theo_doi.csv", dossier(1))
    (shell.folder / name).write_bytes(b"\x1f\x8b\x08" + bytes(99) if name.endswith("gz") else b"PK\3\4" + bytes(99))
    done = shell("reconcile", ".", "--as-of", AS_OF, "--format", "jsonl")
    assert (done.code, name in done.err, "M06" in done.text) == (3, True, False)


def test_a_folder_that_is_called_like_a_file_is_a_folder(shell: Shell) -> None:
    (shell.folder / "x.csv").mkdir()
    reconcile(shell, "x.csv").failed(66, "x.csv")


# The disk says no: 74


def test_an_unreadable_file_is_74(shell: Shell, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a patched open: a test that runs as root can read everything."""
    really_open = Path.open

    def refuse(path: Path, *words: object, **options: object) -> object:
        if path.name in pair:
            raise PermissionError(13, "Permission denied", str(path))
        return really_open(path, *words, **options)  # type: ignore[call-overload] -- passed on as it came

    monkeypatch.setattr(Path, "open", refuse)
    reconcile(shell, *pair).failed(74, "igate.csv", "so_theo_doi.csv", "Permission denied")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_74(shell: Shell, pair: Pair) -> None:
    for name in pair:
        (shell.folder / name).chmod(0)
    reconcile(shell, *pair).failed(74, "igate.csv", "so_theo_doi.csv")


def test_a_path_that_no_disk_can_hold_is_named_without_a_traceback(shell: Shell) -> None:
    name = "x" * 300 + ".csv"
    reconcile(shell, name).failed(74, name)


# The content says no: 65


def test_a_file_of_no_known_feed_names_both_guesses(shell: Shell) -> None:
    (shell.folder / "a.csv").write_text(f"Họ tên,Số điện thoại,Ghi chú\n{CANARY_NAME},{CANARY_PHONE},x\n")
    reconcile(shell, "a.csv").failed(65, "a.csv", "row 1", "igate", "logbook", "=a.csv")


TCVN3 = (
    "TT,M· hå s¬,Tªn,NhËn hå s¬,Tr¶ kÕt qu¶\n1,x,NguyÔn V¨n B¶y,01/03/2026,\n2,y,TrÇn ThÞ Hµ,01/03/2026,\n"
    "3,z,Lª §×nh Th¾ng,02/03/2026,\n"
)
EXPORT = export_text()
BROKEN = {
    "empty": (b"", ["empty"]),
    "blank": (b"\r\n \r\n", ["empty"]),
    "error page": (b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>", ["HTML"]),
    "NUL": (EXPORT.replace("Chứng", "Ch\0ng").encode(), ["row 4", "NUL"]),
    "quoting": (EXPORT.replace("Chứng", 'Ch"ng').encode(), ["row 4", "quot"]),
    "open quote": (EXPORT.replace("Chứng", '"Chứng').encode(), ["row 4", "quot"]),
    "cut": (EXPORT.encode()[:-30], ["row 8", "cut off"]),
    "cut letter": (EXPORT.encode()[: EXPORT.encode().index("ỳ".encode()) + 1], ["row 3"]),
    "mixed encodings": (EXPORT.encode().replace("Chứng".encode(), b"Ch\xfe\x81ng"), ["row 4", "UTF-8"]),
    "TCVN3": (TCVN3.encode("latin-1"), ["TCVN3"]),
    "PDF": (b"%PDF-1.7\n", ["PDF"]),
    "no header": ("\n".join(EXPORT.splitlines()[2:]).encode() + b"\n", ["igate.csv"]),
    "missing heading": (EXPORT.replace("Trạng thái", "Cột lạ").encode(), ["row 2", "status"]),
    "doubled heading": (EXPORT.replace("Lĩnh vực", "Số hồ sơ").encode(), ["row 2", "Số hồ sơ"]),
    "not a workbook": (b"PK\x03\x04" + b"0" * 100, ["igate.csv"]),
}


@pytest.mark.parametrize("kind", list(BROKEN))
def test_broken_content_is_refused_by_file_row_and_kind(shell: Shell, kind: str) -> None:
    content, words = BROKEN[kind]
    (shell.folder / "igate.csv").write_bytes(content)
    reconcile(shell, "igate.csv", "--output", "o.csv").failed(65, "igate.csv", *words)


@pytest.mark.parametrize("kind", list(BROKEN))
def test_feeds_refuses_broken_content_the_same_way(shell: Shell, kind: str) -> None:
    content, words = BROKEN[kind]
    (shell.folder / "igate.csv").write_bytes(content)
    shell("feeds", "igate.csv").failed(65, "igate.csv", *words)


def test_when_all_files_are_refused_all_faults_are_told(shell: Shell) -> None:
    for name, kind in (("a.csv", "empty"), ("b.csv", "PDF"), ("igate.csv", "quoting")):
        (shell.folder / name).write_bytes(BROKEN[kind][0])
    done = reconcile(shell, "a.csv", "b.csv", "igate.csv")
    done.failed(65, "a.csv: the file is empty", "b.csv: a PDF", "igate.csv: row 4")
    assert done.err.count("doichieu: ") == 3


def test_a_fifo_is_refused_without_waiting(shell: Shell) -> None:
    os.mkfifo(shell.folder / "x.csv")
    reconcile(shell, "x.csv").failed(65, "x.csv", "not a regular file")


# Some files: 3


def test_one_refused_file_leaves_the_rest_to_report(shell: Shell, pair: Pair) -> None:
    (shell.folder / "xgate.csv").write_bytes(BROKEN["quoting"][0])
    done = reconcile(shell, *pair, "xgate.csv")
    assert done.code == 3
    assert "xgate.csv: row 4" in done.err
    assert "  → " in done.err
    done.is_discreet()
    assert "Lý do: dòng 4: dấu nháy kép" in " ".join(done.text.split())  # wrapped among the notices
    assert "H56.17.22-260304-0002" in done.text


def book_with(folder: Path, returned: object, *, merged: str | None = None) -> str:
    """The book of the pair as a workbook, where the fifth line's day of return (H6) is something else."""
    book = Workbook()
    sheet = book.worksheets[0]
    for record in csv.reader(StringIO(book_text())):
        sheet.append(record)
    sheet["H6"] = returned
    if merged:
        sheet.merge_cells(merged)
    book.save(folder / "so_theo_doi.xlsx")
    return "so_theo_doi.xlsx"


@pytest.mark.parametrize(
    "returned", ["#N/A", "#REF!", "=F6+6", "=5/3/2026", "=DATE(2026,3,5)", "=G6", time(8, 30), timedelta(hours=30)]
)
def test_a_day_that_a_workbook_cannot_show_accuses_nobody(shell: Shell, pair: Pair, returned: object) -> None:
    book = book_with(shell.folder, returned)
    done = reconcile(shell, pair[0], book, "--quarantine", "q.csv", format_="jsonl")
    assert "M04" not in rules_of(done)
    assert '"6","V05"' in (shell.folder / "q.csv").read_text(encoding="utf-8")


def test_a_day_of_return_that_is_merged_over_lines_holds_for_each(shell: Shell, pair: Pair) -> None:
    said = rules_of(reconcile(shell, *pair, format_="jsonl"))
    book = book_with(shell.folder, None, merged="H5:H7")
    assert rules_of(reconcile(shell, pair[0], book, format_="jsonl")) == said


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_a_refusal_is_said_once_where_a_table_has_no_place_for_it(shell: Shell, pair: Pair, format_: str) -> None:
    (shell.folder / "xgate.csv").write_bytes(b"")
    done = reconcile(shell, *pair, "xgate.csv", format_=format_)
    assert (done.code, done.err.count("xgate.csv: the file is empty")) == (3, 1)


def test_feeds_shows_the_files_that_it_can_read_and_refuses_the_others(shell: Shell, pair: Pair) -> None:
    (shell.folder / "empty.csv").write_bytes(b"")
    done = shell("feeds", "empty.csv", *pair)
    assert done.code == 3
    assert "empty.csv: the file is empty" in done.err
    assert "igate.csv\n" in done.text
    assert "so_theo_doi.csv\n" in done.text


@pytest.mark.parametrize(("name", "notice"), [("igate.csv", "no_logbook"), ("so_theo_doi.csv", "no_case_system")])
@pytest.mark.parametrize("format_", ["text", "jsonl", "parquet"])
@pytest.mark.usefixtures("pair")
def test_one_side_alone_is_degraded_and_says_so(shell: Shell, name: str, notice: str, format_: str) -> None:
    done = reconcile(shell, name, format_=format_)
    assert done.code == 3
    told = " ".join((done.text if format_ == "text" else done.err).split())
    assert load_phrases("vi")[f"notice.{notice}"] in told
    if format_ == "text":
        assert done.err == ""


def test_one_side_alone_accuses_nobody_of_missing(shell: Shell, pair: Pair) -> None:
    for name in pair:
        assert not {"M01", "M02", "M03", "M04", "M05", "M06"} & set(rules_of(reconcile(shell, name, format_="jsonl")))


# More than one file for one thing


def test_the_newest_of_two_exports_wins_and_it_is_told(shell: Shell) -> None:
    write_export(shell.folder / "igate_a.csv", dossier(1, finished="12/03/2026"), dossier(2), still_open(3))
    write_export(shell.folder / "igate_b.csv", still_open(1), dossier(2), dossier(4))
    write_book(shell.folder / "so_theo_doi.csv", dossier(1), dossier(2), dossier(3), dossier(4))
    done = reconcile(shell, ".", format_="jsonl")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [(row["dossier_code"][-4:], row["feed_file"]) for row in found if row["rule_id"] == "M01"] == [
        ("0003", "igate_a.csv")
    ]
    assert "M10" not in rules_of(done)
    assert done.code == 0
    told = load_phrases("vi")["notice.replaced"].format(count=2)
    assert done.err == f"doichieu: {told}\n"
    assert told in " ".join(reconcile(shell, ".").text.split())


def test_the_order_on_the_command_line_does_not_decide_which_export_is_newer(shell: Shell) -> None:
    write_export(shell.folder / "igate_a.csv", dossier(1, finished="12/03/2026"), dossier(2))
    write_export(shell.folder / "igate_b.csv", still_open(1), dossier(2))
    write_book(shell.folder / "so_theo_doi.csv", dossier(1), dossier(2))
    names = ["igate_a.csv", "igate_b.csv", "so_theo_doi.csv"]
    assert reconcile(shell, *names, format_="csv").out == reconcile(shell, *reversed(names), format_="csv").out


def test_the_same_file_twice_counts_once_and_it_is_told(shell: Shell, pair: Pair) -> None:
    once = reconcile(shell, *pair, format_="jsonl")
    (shell.folder / "igate_copy.csv").write_bytes((shell.folder / "igate.csv").read_bytes())
    for twin in ("igate.csv", "./igate.csv", "igate_copy.csv"):
        again = reconcile(shell, *pair, twin, format_="jsonl")
        assert (again.code, again.out) == (0, once.out)
        assert again.err.count("doichieu: ") == 1
        assert "igate.csv" in again.err
        assert "nội dung" in reconcile(shell, *pair, twin).text


def test_a_file_under_two_feeds_counts_for_the_first(shell: Shell, pair: Pair) -> None:
    done = reconcile(shell, "igate=igate.csv", "xgate=igate.csv", pair[1], format_="jsonl")
    assert {json.loads(line)["feed"] for line in done.out.splitlines()} == {"igate"}
    assert "igate.csv" in done.err


def test_an_unknown_status_is_reported_and_never_open_or_closed(shell: Shell) -> None:
    rows = [dossier(number) for number in range(2, 7)]
    write_export(shell.folder / "igate.csv", dossier(1, status="Đang bay", finished=""), *rows)
    write_book(shell.folder / "so_theo_doi.csv", dossier(1, returned=""), *rows)
    done = reconcile(shell, ".", format_="jsonl")
    (found,) = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, found["rule_id"], found["severity"]) == (0, "M12", "config")
    assert "Đang bay" in found["detail"]
    assert "doichieu.toml" in found["detail"]


# Names of files


@pytest.mark.parametrize(
    "name",
    [
        "igate [2026]*?.csv",
        unicodedata.normalize("NFC", "Bản kết xuất iGate tháng 3.csv"),
        unicodedata.normalize("NFD", "Bản kết xuất iGate tháng 3.csv"),
        "igate\nnew line.csv",
        "igate {count} %s $HOME 'a\".csv",
        "igate=march.csv",
        "igate",
        "IGATE.CSV",
    ],
)
def test_a_name_of_a_file_is_only_a_name(shell: Shell, pair: Pair, name: str) -> None:
    (shell.folder / "igate.csv").rename(shell.folder / name)
    done = reconcile(shell, name, pair[1], format_="jsonl")
    assert (done.code, done.err) == (0, "")
    assert {json.loads(line)["feed_file"] for line in done.out.splitlines()} == {name}
    for format_ in ("text", "csv", "xlsx", "parquet"):
        assert reconcile(shell, name, pair[1], format_=format_).code == 0


@pytest.mark.parametrize("argument", ["", "igate="])
def test_an_argument_without_a_path_is_not_this_folder(shell: Shell, pair: Pair, argument: str) -> None:
    reconcile(shell, argument, pair[1]).failed(64, "no path", "FEED=PATH")


def test_a_name_that_begins_with_a_dash_comes_after_two(shell: Shell, pair: Pair) -> None:
    (shell.folder / "igate.csv").rename(shell.folder / "--igate.csv")
    done = reconcile(shell, "--", "--igate.csv", pair[1], format_="jsonl")
    assert (done.code, done.err) == (0, "")
    assert shell("reconcile", "--igate.csv").code == 64


def test_a_name_that_is_no_utf_8_is_read_and_shown_escaped(shell: Shell, pair: Pair) -> None:
    name = os.fsdecode(b"igate_\xe2\xe3.csv")
    (shell.folder / "igate.csv").rename(shell.folder / name)
    for format_ in ("jsonl", "text", "xlsx", "parquet", "csv"):
        done = reconcile(shell, name, pair[1], format_=format_)
        assert (done.code, done.err) == (0, ""), format_
    (shell.folder / name).write_bytes(b"")
    reconcile(shell, name).failed(65, "igate_", "empty")


def test_a_name_of_control_characters_cannot_write_its_own_message(shell: Shell) -> None:
    name = "a\ndoichieu: all is well\x1b[2J.csv"
    (shell.folder / name).write_bytes(b"")
    done = reconcile(shell, name)
    done.failed(65, "a\\ndoichieu: all is well\\x1b[2J.csv")
    assert "\x1b" not in done.err
    assert "\ndoichieu:" not in done.err


# What a caller may not ask for: 64


def test_an_output_that_is_an_input_is_refused_and_the_input_unchanged(shell: Shell, pair: Pair) -> None:
    (shell.folder / "link.csv").symlink_to("igate.csv")
    for option in ("--output", "--links", "--quarantine"):
        for target in (*pair, "./igate.csv", "link.csv"):
            reconcile(shell, *pair, option, target).failed(64, Path(target).name)


def test_an_input_that_counts_as_a_copy_of_another_is_not_overwritten_either(shell: Shell, pair: Pair) -> None:
    write_export(shell.folder / "copy.csv")
    reconcile(shell, *pair, "copy.csv", "--output", "copy.csv").failed(64, "copy.csv")


def test_two_outputs_to_one_file_are_refused(shell: Shell, pair: Pair) -> None:
    for first, second in (("--output", "--links"), ("--links", "--quarantine"), ("--output", "--quarantine")):
        reconcile(shell, *pair, first, "same.csv", second, "./same.csv").failed(64, "same.csv")


@pytest.mark.parametrize("option", ["--output", "--links", "--quarantine"])
def test_an_output_in_a_folder_that_is_not_there_is_refused(shell: Shell, pair: Pair, option: str) -> None:
    reconcile(shell, *pair, option, "none/out.csv").failed(64, "none/out.csv", "folder")


@pytest.mark.parametrize("option", ["--output", "--links", "--quarantine"])
def test_an_output_that_is_a_folder_is_refused(shell: Shell, pair: Pair, option: str) -> None:
    (shell.folder / "out.csv").mkdir()
    reconcile(shell, *pair, option, "out.csv").failed(64, "out.csv", "folder")


@pytest.mark.parametrize("option", ["--links", "--quarantine"])
def test_links_and_quarantine_have_three_endings(shell: Shell, pair: Pair, option: str) -> None:
    for name in ("out.xlsx", "out.txt", "out"):
        reconcile(shell, *pair, option, name).failed(64, name, ".jsonl", ".parquet")


def test_an_output_with_the_ending_of_another_program_is_refused(shell: Shell, pair: Pair) -> None:
    for name in ("out.xls", "out.htm", "out.json", "out.pdf"):
        shell("reconcile", *pair, "--output", name).failed(64, name, "--format", ".xlsx")


def test_an_unknown_feed_is_refused_with_the_known_ones(shell: Shell, pair: Pair) -> None:
    reconcile(shell, "eoffice=igate.csv", pair[1]).failed(64, "eoffice", "igate", "xgate", "logbook")
    shell("feeds", "eoffice=igate.csv").failed(64, "eoffice", "igate", "xgate", "logbook")


@pytest.mark.parametrize(
    "words",
    [
        ["--format", "xls"],
        ["--as-of", "2026-02-30"],
        ["--as-of", "31/03/2026"],
        ["--lang", "fr"],
        ["--no-such-option"],
        ["--output"],
    ],
    ids=" ".join,
)
def test_a_wrong_option_is_64_with_the_way_to_the_help(shell: Shell, pair: Pair, words: list[str]) -> None:
    shell("reconcile", *pair, *words).failed(64, words[0], " -h\n")


def test_an_unknown_command_or_argument_is_64_with_the_way_to_the_help(shell: Shell) -> None:
    shell("reconcil").failed(64, "reconcil", "doichieu -h")
    shell("init", "a", "b").failed(64, "doichieu init -h")


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_outside_the_years_of_dossier_codes_is_64(shell: Shell, pair: Pair, day: str) -> None:
    shell("reconcile", *pair, "--as-of", day).failed(64, "--as-of", day)


@pytest.mark.parametrize("day", [date(2000, 1, 1), date(2099, 12, 31)])
def test_the_first_and_the_last_day_work(shell: Shell, pair: Pair, day: date) -> None:
    assert shell("reconcile", *pair, "--as-of", day.isoformat()).code == 0


# Our own fault: 70


@pytest.mark.parametrize("stage", ["prepare_all", "notices", "accounts", "quarantine"])
def test_a_bug_is_70_by_place_and_kind_alone(
    shell: Shell, pair: Pair, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"could not convert {CANARY_NAME} {CANARY_PHONE}")

    monkeypatch.setattr(pipeline.comparison, stage, fail)
    done = reconcile(shell, *pair, "--output", "out.csv", "--links", "links.csv")
    done.failed(70, "internal error: ValueError at test_bad_input.py:")


def test_no_memory_is_74(shell: Shell, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(pipeline.reading, "prepare", fail)
    reconcile(shell, *pair).failed(74, "memory")


def test_a_disk_that_fills_while_writing_is_74_and_leaves_nothing_behind(
    shell: Shell, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    reconcile(shell, *pair, "--output", "out.csv").failed(74, "out.csv", "No space left")


def test_messages_about_rows_never_quote_them(shell: Shell) -> None:
    bad = [
        dossier(1, received="99/99/2026"),
        dossier(2, code=CANARY_PHONE, name=CANARY_NAME),
        dossier(3, due="01/01/1999", name=CANARY_NAME),
    ]
    write_export(shell.folder / "igate.csv", *bad)
    (shell.folder / "so_theo_doi.csv").write_text(book_text(*bad), encoding="utf-8")
    done = reconcile(shell, ".", "--quarantine", "q.csv", format_="csv")
    assert done.code == 3, done.err  # no row of the export can be used
    done.is_discreet()
    assert CANARY_NAME not in (shell.folder / "q.csv").read_text()
    assert CANARY_PHONE not in (shell.folder / "q.csv").read_text()
