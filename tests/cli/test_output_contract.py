from __future__ import annotations

import csv
import io
import json
import stat
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import polars as pl
import pytest
from openpyxl import load_workbook

from pipeline.cli import options
from pipeline.report.phrases import load_phrases
from tests.cli.files import AS_OF, book_text, dossier, export_text, still_open, write_book, write_export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

Pair = tuple[str, str]

MISMATCH = [
    *("rule_id", "rule", "severity", "urgency", "needs_review", "unit_code", "dossier_code", "feed", "feed_file"),
    *("feed_row", "feed_status", "feed_state", "logbook_file", "logbook_row", "book_no", "line_no", "procedure_name"),
    *("field_name", "applicant_name", "officer", "received_on", "due_on", "logbook_returned_on", "case_finished_on"),
    *("case_returned_on", "days_open", "close_by", "link_method", "link_score", "detail"),
]
LINK = [
    *("logbook_file", "logbook_row", "feed", "feed_file", "feed_row", "method", "score", "needs_review", "evidence"),
]
QUARANTINE = ["file", "row", "rule_id", "column", "reason"]
DATES = ("received_on", "due_on", "logbook_returned_on", "case_finished_on", "case_returned_on", "close_by")
FIRST = {
    "rule_id": "M01",
    "rule": "returned_but_open",
    "severity": "high",
    "urgency": "overdue",
    "needs_review": False,
    "unit_code": "H56.17.22",
    "dossier_code": "H56.17.22-260303-0001",
    "feed": "igate",
    "feed_file": "igate.csv",
    "feed_row": 3,
    "feed_status": "Đang xử lý",
    "feed_state": "open",
    "logbook_file": "so_theo_doi.csv",
    "logbook_row": 2,
    "book_no": None,
    "line_no": "1",
    "procedure_name": "Đăng ký khai sinh",
    "field_name": "Hộ tịch",
    "applicant_name": "Kỳ Thị Hoàng Yến",
    "officer": "Trần Văn Mẫu",
    "received_on": "2026-03-03",
    "due_on": "2026-03-09",
    "logbook_returned_on": "2026-03-06",
    "case_finished_on": None,
    "case_returned_on": None,
    "days_open": 6,
    "close_by": None,
    "link_method": "exact",
}


def rows_of(out: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_json_line_has_the_contracts_columns_in_order_and_dates_as_text(shell: Shell, pair: Pair) -> None:
    done = shell("reconcile", *pair, "--as-of", AS_OF, "--format", "jsonl")
    assert (done.code, done.err, done.touched) == (0, "", frozenset())
    first, second = rows_of(done.out)
    assert list(first) == list(second) == MISMATCH
    score, detail = first.pop("link_score"), first.pop("detail")
    assert first == FIRST
    assert isinstance(score, float)
    assert isinstance(detail, str)
    assert (second["dossier_code"], second["close_by"], second["severity"]) == (
        "H56.17.22-260304-0002",
        "2026-03-30",
        "medium",
    )


def test_csv_has_the_same_columns_and_rows_all_quoted(shell: Shell, pair: Pair) -> None:
    done = shell("reconcile", *pair, "--as-of", AS_OF, "--format", "csv")
    assert (done.code, done.err) == (0, "")
    first, *rows = csv.reader(io.StringIO(done.out.decode("utf-8-sig")))
    assert first == MISMATCH
    assert [row[MISMATCH.index("feed_row")] for row in rows] == ["3", "4"]
    assert rows[0][MISMATCH.index("logbook_returned_on")] == "2026-03-06"


def test_parquet_has_the_contracts_types(shell: Shell, pair: Pair) -> None:
    done = shell("reconcile", *pair, "--as-of", AS_OF, "--format", "parquet")
    frame = pl.read_parquet(io.BytesIO(done.out))
    assert (done.code, done.err, frame.columns, frame.height) == (0, "", MISMATCH, 2)
    assert {frame.schema[name] for name in DATES} == {pl.Date}
    whole = frame.select("needs_review", "feed_row", "logbook_row", "days_open", "link_score").dtypes
    assert whole == [pl.Boolean, pl.UInt32, pl.UInt32, pl.Int32, pl.Float64]


def test_a_workbook_has_a_sheet_of_mismatches_with_the_contracts_columns(shell: Shell, pair: Pair) -> None:
    done = shell("reconcile", *pair, "--as-of", AS_OF, "--format", "xlsx")
    sheet = load_workbook(io.BytesIO(done.out))["mismatches"]
    assert (done.code, done.err) == (0, "")
    assert [cell.value for cell in sheet[1]] == MISMATCH
    assert sheet.max_row == 3


def test_text_is_the_default_and_tells_files_findings_and_where_the_rest_is(shell: Shell, pair: Pair) -> None:
    done = shell("reconcile", *pair, "--as-of", AS_OF)
    assert (done.code, done.err) == (0, "")
    for words in ("16/03/2026", "M01", "H56.17.22-260304-0002", "igate.csv", "so_theo_doi.csv", "--format xlsx"):
        assert words in done.text
    assert "\x1b" not in done.text


def test_all_formats_hold_the_same_rows(shell: Shell, pair: Pair) -> None:
    def of(format_: str) -> bytes:
        return shell("reconcile", *pair, "--as-of", AS_OF, "--format", format_).out

    rows = rows_of(of("jsonl"))
    parquet = pl.read_parquet(io.BytesIO(of("parquet"))).with_columns(pl.col(DATES).cast(pl.String)).to_dicts()
    table = list(csv.DictReader(io.StringIO(of("csv").decode("utf-8-sig"))))
    assert parquet == rows
    assert [{name: row[name] for name in ("rule_id", "dossier_code", "detail")} for row in table] == [
        {name: row[name] for name in ("rule_id", "dossier_code", "detail")} for row in rows
    ]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "txt", "CSV"])
def test_the_ending_of_the_output_chooses_the_format(shell: Shell, pair: Pair, ending: str) -> None:
    format_ = {"txt": "text"}.get(ending, ending.lower())
    named = shell("reconcile", *pair, "--as-of", AS_OF, "--format", format_).out
    done = shell("reconcile", *pair, "--as-of", AS_OF, "--output", f"out.{ending}")
    assert (done.code, done.out, done.err, done.touched) == (0, b"", "", {f"out.{ending}"})
    assert (shell.folder / f"out.{ending}").read_bytes() == named


def test_an_output_that_ends_in_xlsx_is_a_workbook(shell: Shell, pair: Pair) -> None:
    assert shell("reconcile", *pair, "--as-of", AS_OF, "--output", "out.xlsx").code == 0
    assert "mismatches" in load_workbook(shell.folder / "out.xlsx").sheetnames


def test_a_named_format_wins_over_the_ending(shell: Shell, pair: Pair) -> None:
    shell("reconcile", *pair, "--as-of", AS_OF, "--format", "jsonl", "--output", "out.csv")
    assert list(rows_of((shell.folder / "out.csv").read_bytes())[0]) == MISMATCH


def columns_of(path: Path) -> list[str]:
    content = path.read_bytes()
    if path.suffix == ".parquet":
        return pl.read_parquet(path).columns
    if path.suffix == ".jsonl":
        return list(rows_of(content)[0])
    return next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_links_and_quarantine_are_written_by_their_endings(shell: Shell, ending: str) -> None:
    write_export(shell.folder / "igate.csv", dossier(1), dossier(2), dossier(3, received="99/99/2026"))
    write_book(shell.folder / "so.csv", dossier(1), dossier(2))
    links, quarantine = (shell.folder / f"{name}.{ending}" for name in ("links", "quarantine"))
    words = ("reconcile", "igate.csv", "logbook=so.csv", "--as-of", AS_OF)
    done = shell(*words, "--links", links, "--quarantine", quarantine)
    assert (done.code, done.err, done.touched) == (0, "", {links.name, quarantine.name})
    assert (columns_of(links), columns_of(quarantine)) == (LINK, QUARANTINE)


def test_each_link_says_line_record_method_and_evidence(shell: Shell, pair: Pair) -> None:
    shell("reconcile", *pair, "--as-of", AS_OF, "--links", "l.jsonl")
    links = rows_of((shell.folder / "l.jsonl").read_bytes())
    assert [(link["logbook_row"], link["feed_row"], link["method"]) for link in links] == [
        (line, line + 1, "exact") for line in range(2, 8)
    ]
    assert {(link["logbook_file"], link["feed"], link["feed_file"]) for link in links} == {
        ("so_theo_doi.csv", "igate", "igate.csv")
    }
    assert load_phrases("vi")["evidence.code_same"] in str(links[0]["evidence"])


def test_quarantine_names_file_row_rule_and_column_but_no_value(shell: Shell) -> None:
    write_export(shell.folder / "igate.csv", dossier(1), dossier(2, received="99/98/2026"))
    write_book(shell.folder / "so.csv", dossier(1))
    shell("reconcile", "igate.csv", "logbook=so.csv", "--as-of", AS_OF, "--quarantine", "q.jsonl")
    content = (shell.folder / "q.jsonl").read_bytes()
    (only,) = rows_of(content)
    assert (only["file"], only["row"], only["rule_id"], only["column"]) == ("igate.csv", 4, "V03", "received")
    assert only["reason"]
    assert "99/98" not in content.decode()


def test_rows_are_numbered_as_a_spreadsheet_shows_them(shell: Shell) -> None:
    lines = export_text(still_open(1, name='Lò "Văn"\nPáo'), dossier(2), still_open(3)).splitlines(keepends=True)
    spaced = "".join([*lines[:2], ",,,,,,,,,\n", *lines[2:]])  # a blank row under the header
    (shell.folder / "igate.csv").write_text(spaced, encoding="utf-8")
    (shell.folder / "so_theo_doi.csv").write_text(book_text(), encoding="utf-8")
    done = shell("reconcile", "igate.csv", "so_theo_doi.csv", "--as-of", AS_OF, "--format", "jsonl")
    found = {row["dossier_code"]: row["feed_row"] for row in rows_of(done.out) if row["rule_id"] == "M01"}
    assert found == {"H56.17.22-260303-0001": 4, "H56.17.22-260302-0003": 6}


def test_a_feed_named_before_the_path_is_taken_as_said(shell: Shell) -> None:
    write_export(shell.folder / "a.csv")
    write_book(shell.folder / "b.csv")
    done = shell("reconcile", "xgate=a.csv", "logbook=b.csv", "--as-of", AS_OF, "--format", "jsonl")
    assert {(row["feed"], row["feed_file"], row["logbook_file"]) for row in rows_of(done.out)} == {
        ("xgate", "a.csv", "b.csv")
    }


def test_a_folder_gives_the_tables_in_it_and_not_those_below(shell: Shell) -> None:
    inbox = shell.folder / "inbox"
    (inbox / "old").mkdir(parents=True)
    write_export(inbox / "igate.csv")
    write_book(inbox / "so_theo_doi.csv")
    for other in ("notes.md", ".hidden.csv", "~$igate.xlsx", "old/xgate.csv"):
        (inbox / other).write_text("not to be read")
    done = shell("reconcile", "inbox", "--as-of", AS_OF, "--format", "jsonl")
    assert (done.code, done.err) == (0, "")
    assert {row["feed_file"] for row in rows_of(done.out)} == {"inbox/igate.csv"}


@pytest.mark.usefixtures("pair")
def test_a_file_still_being_copied_is_told_and_not_read(shell: Shell) -> None:
    (shell.folder / "xgate.csv.part").write_text("half")
    done = shell("reconcile", ".", "--as-of", AS_OF)
    assert "xgate.csv.part" in done.text
    assert shell("reconcile", ".", "--as-of", AS_OF, "--format", "csv").err.count("xgate.csv.part") == 1


def test_the_business_date_decides_what_can_still_be_saved(shell: Shell, pair: Pair) -> None:
    def second(as_of: str) -> tuple[object, ...]:
        row = rows_of(shell("reconcile", *pair, "--as-of", as_of, "--format", "jsonl").out)[1]
        return row["severity"], row["urgency"], row["close_by"]

    assert second("2026-03-30") == ("medium", "due_today", "2026-03-30")
    assert second("2026-03-31") == ("high", "overdue", None)


def clock_at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            assert isinstance(tz, timezone), "a clock without a zone is that of the machine"
            return moment.astimezone(tz)

    monkeypatch.setattr(options, "datetime", Clock)


@pytest.mark.parametrize(("hour", "day"), [(16, "29/03/2026"), (17, "30/03/2026"), (20, "30/03/2026")])
def test_without_a_date_it_is_today_in_viet_nam(
    shell: Shell, pair: Pair, monkeypatch: pytest.MonkeyPatch, hour: int, day: str
) -> None:
    clock_at(monkeypatch, datetime(2026, 3, 29, hour, tzinfo=timezone(timedelta(0))))
    assert day in shell("reconcile", *pair).text


def test_today_needs_no_zone_files(shell: Shell, pair: Pair) -> None:
    assert shell.process("reconcile", *pair, PYTHONTZPATH="", TZ="UTC").code == 0


@pytest.mark.parametrize("year", [1970, 2150])
def test_an_implausible_clock_stops_the_run(
    shell: Shell, pair: Pair, monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    clock_at(monkeypatch, datetime(year, 1, 1, tzinfo=timezone(timedelta(0))))
    shell("reconcile", *pair).failed(78, "clock", "--as-of")


def test_findings_end_with_10_only_when_asked(shell: Shell, pair: Pair) -> None:
    words = ("reconcile", *pair, "--as-of", AS_OF, "--format", "csv")
    assert (shell(*words).code, shell(*words, "--exit-code").code) == (0, 10)


def test_no_findings_end_with_0_even_when_asked(shell: Shell) -> None:
    rows = [dossier(number) for number in range(1, 7)]
    write_export(shell.folder / "igate.csv", *rows)
    write_book(shell.folder / "so_theo_doi.csv", *rows)
    done = shell("reconcile", ".", "--as-of", AS_OF, "--format", "jsonl", "--exit-code")
    assert (done.code, done.out, done.err) == (0, b"", "")


def test_a_degraded_run_outranks_findings(shell: Shell, pair: Pair) -> None:
    (shell.folder / "empty.csv").write_bytes(b"")
    assert shell("reconcile", *pair, "empty.csv", "--as-of", AS_OF, "--exit-code").code == 3


@pytest.mark.parametrize("format_", ["text", "csv", "jsonl", "parquet", "xlsx"])
def test_twice_the_same_files_give_the_same_bytes(shell: Shell, pair: Pair, format_: str) -> None:
    words = ("reconcile", *pair, "--as-of", AS_OF, "--format", format_, "--links", "l.csv", "--quarantine", "q.csv")
    first, links = shell(*words).out, (shell.folder / "l.csv").read_bytes()
    again = shell.process(*words)
    assert (again.code, again.err) == (0, "")
    assert (again.out, (shell.folder / "l.csv").read_bytes()) == (first, links)


def test_written_files_are_for_their_owner_alone(shell: Shell, pair: Pair) -> None:
    for name in ("m.jsonl", "m.xlsx", "m.txt"):
        shell("reconcile", *pair, "--as-of", AS_OF, "--output", name, "--links", "l.csv", "--quarantine", "q.csv")
    modes = {stat.S_IMODE((shell.folder / name).stat().st_mode) for name in ("m.jsonl", "m.xlsx", "m.txt", "l.csv")}
    assert modes == {0o600}


def test_an_older_output_is_replaced(shell: Shell, pair: Pair) -> None:
    (shell.folder / "out.jsonl").write_text("old")
    assert shell("reconcile", *pair, "--as-of", AS_OF, "--output", "out.jsonl").touched == {"out.jsonl"}
    assert len((shell.folder / "out.jsonl").read_bytes().splitlines()) == 2


def test_options_have_environment_variables(shell: Shell, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOICHIEU_AS_OF", "2026-03-31")
    monkeypatch.setenv("DOICHIEU_FORMAT", "jsonl")
    assert [row["urgency"] for row in rows_of(shell("reconcile", *pair).out)] == ["overdue", "overdue"]
    monkeypatch.setenv("DOICHIEU_FORMAT", "text")
    monkeypatch.setenv("DOICHIEU_LANG", "en")
    assert "As of 31/03/2026" in shell("reconcile", *pair).text
    assert "16/03/2026" in shell("reconcile", *pair, "--as-of", AS_OF).text


def test_the_language_is_the_options_then_the_configurations(
    shell: Shell, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Tính đến ngày" in shell("reconcile", *pair, "--as-of", AS_OF).text
    assert "As of" in shell("reconcile", *pair, "--as-of", AS_OF, "--lang", "en").text
    (shell.folder / "doichieu.toml").write_text('lang = "en"')
    assert "As of" in shell("reconcile", *pair, "--as-of", AS_OF).text
    assert "Tính đến ngày" in shell("reconcile", *pair, "--as-of", AS_OF, "--lang", "vi").text
    (shell.folder / "other.toml").write_text('lang = "vi"')
    assert "Tính đến ngày" in shell("reconcile", *pair, "--as-of", AS_OF, "--config", "other.toml").text
    monkeypatch.setenv("DOICHIEU_CONFIG", "other.toml")
    assert "Tính đến ngày" in shell("reconcile", *pair, "--as-of", AS_OF).text


def test_rules_and_states_keep_their_words_in_every_language(shell: Shell, pair: Pair) -> None:
    words = ("reconcile", *pair, "--as-of", AS_OF, "--format", "jsonl", "--lang")
    told = [[{**row, "detail": ""} for row in rows_of(shell(*words, lang).out)] for lang in ("vi", "en")]
    assert told[0] == told[1]


def test_the_configurations_officers_and_status_words_are_used(shell: Shell) -> None:
    write_export(shell.folder / "igate.csv", still_open(1, status="Chờ ký nháy", officer=""), dossier(2))
    write_book(shell.folder / "so_theo_doi.csv", dossier(1), dossier(2))
    (shell.folder / "doichieu.toml").write_text(
        '[officers]\n"Hộ tịch" = "Vũ Thị Mẫu"\n[feeds.igate.states]\nopen = ["Chờ ký nháy"]\n', encoding="utf-8"
    )
    rows = rows_of(shell("reconcile", "igate.csv", "so_theo_doi.csv", "--as-of", AS_OF, "--format", "jsonl").out)
    assert [(row["rule_id"], row["officer"], row["feed_state"]) for row in rows] == [("M01", "Vũ Thị Mẫu", "open")]
