"""The commands around a home, as people and cron type them."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from tests.cli.files import ROWS, dossier, export_text, still_open, write_book, write_export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

DAY = date(2026, 3, 9)
NEXT = DAY + timedelta(days=1)


def held(shell: Shell, home: Path) -> str:
    """After a night in which an export was held: its hash."""
    (home / "inbox" / "igate.csv").write_text(export_text() + "Tổng số: 99 hồ sơ,,,,,,,,,\n", encoding="utf-8")
    assert shell("nightly", "--as-of", DAY.isoformat()).code == 3
    (content_hash,) = json.loads(shell("status", "--json").text)["held"]
    return content_hash


def test_a_good_night_is_quiet(shell: Shell, home: Path) -> None:
    done = shell("nightly", "--as-of", DAY.isoformat())
    assert (done.code, done.out, done.err) == (0, b"", "")
    assert (home / "reports" / DAY.isoformat() / "doichieu.xlsx").is_file()


def test_json_is_one_document_with_a_schema(shell: Shell, home: Path) -> None:  # noqa: ARG001 -- the fixture
    facts = json.loads(shell("nightly", "--as-of", DAY.isoformat(), "--json").text)
    wanted = {"schema": 1, "changed": True, "exit_code": 0, "open": 2, "fixed": 0, "mails_written": 2}
    assert {name: facts[name] for name in wanted} == wanted
    again = json.loads(shell("nightly", "--as-of", DAY.isoformat(), "--json").text)
    assert (again["changed"], again["run_id"], again["mails_written"]) == (False, facts["run_id"], 0)


def test_the_mail_of_the_night_is_a_file_and_holds_no_name(shell: Shell, home: Path) -> None:
    shell("nightly", "--as-of", DAY.isoformat())
    mails = sorted((home / "outbox").glob("*.eml"))
    assert len(mails) == 2  # the day's and, as it is a Monday, the week's
    assert all("Hoàng Yến".encode() not in mail.read_bytes() for mail in mails)


def test_each_run_leaves_one_line_in_the_log(shell: Shell, home: Path) -> None:
    for day in (DAY, DAY, NEXT):
        shell("nightly", "--as-of", day.isoformat())
    (log,) = (home / "log").iterdir()
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [line["changed"] for line in lines] == [True, False, True]
    assert not any(name in log.read_text(encoding="utf-8") for name in ("Yến", "0987"))


def test_a_dry_run_leaves_no_trace(shell: Shell, home: Path) -> None:
    done = shell("nightly", "--as-of", DAY.isoformat(), "--dry-run", "--json")
    assert json.loads(done.text)["open"] == 2
    assert [*(home / "log").iterdir(), *(home / "outbox").iterdir(), *(home / "reports").iterdir()] == []


def test_metrics_are_written_when_asked_for(shell: Shell, home: Path) -> None:
    config = (home / "doichieu.toml").read_text(encoding="utf-8")
    (home / "doichieu.toml").write_text('metrics_file = "doichieu.prom"\n' + config, encoding="utf-8")
    shell("nightly", "--as-of", DAY.isoformat())
    assert "doichieu_open 2.0\n" in (home / "doichieu.prom").read_text(encoding="utf-8")


def test_a_held_file_is_named_with_the_command_that_lets_it_in(shell: Shell, home: Path) -> None:
    (home / "inbox" / "igate.csv").write_text(export_text() + "Tổng số: 99 hồ sơ,,,,,,,,,\n", encoding="utf-8")
    done = shell("nightly", "--as-of", DAY.isoformat())
    assert done.code == 3
    assert "igate.csv: held: " in done.err
    assert "→ doichieu accept " in done.err
    done.is_discreet()
    (told,) = (line for line in shell("status").text.splitlines() if "igate.csv" in line)
    assert re.search(r'Nếu tệp đúng: doichieu accept \w{12} --reason "', told)


def test_accept_and_the_next_night_take_it(shell: Shell, home: Path) -> None:
    assert shell("accept", held(shell, home), "--reason", "trang cuối trống").code == 0
    assert shell("nightly", "--as-of", DAY.isoformat()).code == 0
    assert "M01: 2" in shell("status").text


def test_accept_wants_a_reason(shell: Shell, home: Path) -> None:
    assert shell("accept", held(shell, home)).code == 64


def test_status_tells_when_the_last_run_is_too_old(shell: Shell, home: Path) -> None:  # noqa: ARG001 -- the fixture
    assert shell("status").text == "chưa chạy lần nào\n"
    assert shell("status", "--lang", "en").text == "no run yet\n"
    assert shell("status", "--max-age", "26").code == 3
    shell("nightly", "--as-of", DAY.isoformat())
    assert shell("status", "--max-age", "1").code == 0
    assert shell("status", "--max-age", "0").code == 3


def test_status_answers_though_the_configuration_has_a_fault(shell: Shell, home: Path) -> None:
    shell("nightly", "--as-of", DAY.isoformat())
    (home / "doichieu.toml").write_text("officers = 3\n", encoding="utf-8")
    told = shell("status")
    assert told.code == 0
    assert told.text.startswith("lần chạy gần nhất")
    assert "doichieu.toml" in told.err
    assert shell("status", "--lang", "en").text.startswith("last run")


def test_ingest_takes_files_and_says_what_became_of_them(shell: Shell, home: Path) -> None:  # noqa: ARG001 -- the fixture
    write_export(shell.folder / "igate_2.csv", *(dossier(number) for number in (7, 8)))
    (shell.folder / "bad.csv").write_text("not,a,table\n", encoding="utf-8")
    done = shell("ingest", "igate_2.csv", "bad.csv", "--as-of", DAY.isoformat())
    assert done.code == 3
    assert done.text.startswith("igate_2.csv: đã dùng\nbad.csv: BỊ TỪ CHỐI: không thấy hàng tên cột")
    assert (shell.folder / "igate_2.csv").exists()
    assert shell("ingest", "igate_2.csv", "--as-of", DAY.isoformat()).text == "igate_2.csv: trùng tệp đã nhận\n"


def test_reconcile_without_files_reads_the_state(shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("nightly", "--as-of", DAY.isoformat())
    monkeypatch.chdir(home)
    done = shell("reconcile", "--as-of", DAY.isoformat(), "--format", "csv", "--links", "links.jsonl")
    assert done.code == 0
    assert done.text.count("M01") == 2
    assert len((home / "links.jsonl").read_text(encoding="utf-8").splitlines()) == len(ROWS)


@pytest.mark.parametrize("ending", ["Tổng số: 99 hồ sơ,,,,,,,,,\n", "\0"], ids=["held", "refused"])
def test_reconcile_without_files_says_no_more_than_the_night(
    shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    write_export(home / "inbox" / "igate.csv", *ROWS[:3])
    (home / "inbox" / "xgate.csv").write_text(export_text(*ROWS[3:]) + ending, encoding="utf-8")
    assert shell("nightly", "--as-of", DAY.isoformat()).code == 3
    monkeypatch.chdir(home)
    done = shell("reconcile", "--as-of", DAY.isoformat(), "--format", "csv")
    assert done.code == 3
    assert done.text == shell("report", "--format", "csv").text
    assert "M05" not in done.text
    assert "đã cũ: xgate.csv. Vì vậy chưa kết luận 3 sai lệch." in done.err


def test_backup_and_restore(shell: Shell, home: Path) -> None:
    shell("nightly", "--as-of", DAY.isoformat())
    assert shell("backup", "copy.duckdb").code == 0
    assert shell("backup", "copy.duckdb").code == 64
    write_export(home / "inbox" / "igate.csv", dossier(1, finished="10/03/2026"), still_open(2), dossier(3))
    shell("nightly", "--as-of", NEXT.isoformat())
    assert shell("restore", "copy.duckdb").code == 0
    assert json.loads(shell("status", "--json").text)["business_date"] == DAY.isoformat()


def test_doctor_is_well_or_says_what_is_not(shell: Shell, home: Path) -> None:
    shell("nightly", "--as-of", DAY.isoformat())
    assert shell("doctor").text == "all is well\n"
    next((home / "archive").glob("*igate.csv")).unlink()
    assert shell("doctor").code == 78


def test_purge_forgets(shell: Shell, home: Path) -> None:  # noqa: ARG001 -- the fixture
    shell("nightly", "--as-of", DAY.isoformat())
    assert shell("purge", "--before", DAY.isoformat()).text == "8 rows forgotten\n"


def test_review_and_explain_answer(shell: Shell, home: Path) -> None:  # noqa: ARG001 -- the fixture
    shell("nightly", "--as-of", DAY.isoformat())
    assert shell("review").text == "Không có cặp nào cần xem.\n"
    told = shell("explain", "H56.17.22-260303-1").text
    for word in ("PHẦN MỀM", "SỔ THEO DÕI", "trùng mã", "M01", "phát hiện"):
        assert word in told
    assert "\n    nói lên là một hồ sơ: " in told  # a line of its own, not an escaped one


def test_send_says_what_it_did(shell: Shell, home: Path) -> None:  # noqa: ARG001 -- the fixture
    shell("nightly", "--as-of", DAY.isoformat())
    assert shell("send").text == "sent 0, written 0, waiting 0, refused 0\n"


@pytest.mark.parametrize("command", ["nightly", "status", "send", "doctor", "review", "ingest"])
def test_a_folder_that_is_no_home_is_78(shell: Shell, command: str) -> None:
    shell(command).failed(78, "doichieu.toml", "doichieu init")


@pytest.mark.parametrize("command", ["nightly", "send", "doctor"])
def test_a_home_that_others_may_write_is_77(shell: Shell, home: Path, command: str) -> None:
    (home / "state").chmod(0o777)
    shell(command).failed(77, "state", "chmod")


def test_a_busy_lock_is_75(shell: Shell, home: Path) -> None:
    import fcntl

    with (home / "state" / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = shell("nightly", "--as-of", DAY.isoformat(), "--lock-wait", "0")
    assert done.code == 75
    assert "another run is under way" in done.err


def test_purge_refuses_a_day_to_come_and_drops_reports_and_mails_of_the_nights_before(shell: Shell, home: Path) -> None:
    shell("nightly", "--as-of", DAY.isoformat())
    ahead = shell("purge", "--before", "2099-03-01")
    ahead.failed(64, "--before 2099-03-01: is a day to come")
    assert (home / "reports" / DAY.isoformat()).is_dir()
    old = home / "outbox" / "2020-01-01-1-x.eml"
    old.write_text("x")
    assert shell("purge", "--before", NEXT.isoformat()).code == 0
    assert not (home / "reports" / DAY.isoformat()).exists()
    assert not old.exists()


def test_restore_and_doctor_name_files_that_came_after_that_state(shell: Shell, home: Path) -> None:
    shell("nightly", "--as-of", DAY.isoformat())
    first = max((home / "state").glob("*.duckdb"))
    write_book(home / "inbox" / "so_theo_doi_2.csv", dossier(7))
    shell("nightly", "--as-of", NEXT.isoformat())
    restored = shell("restore", str(first))
    assert (restored.code, "so_theo_doi_2.csv" in restored.err) == (0, True)
    looked = shell("doctor")
    assert (looked.code, "so_theo_doi_2.csv: unknown to the state" in looked.err) == (78, True)
    (copy,) = (home / "archive").glob("*so_theo_doi_2.csv")
    (home / "inbox" / "so_theo_doi_2.csv").write_bytes(copy.read_bytes())
    shell("nightly", "--as-of", NEXT.isoformat())
    assert shell("doctor").code == 0


def test_the_report_says_what_the_night_said_of_a_day_that_has_passed(shell: Shell, home: Path) -> None:
    write_export(home / "inbox" / "igate.csv", still_open(1, due="18/03/2026"), dossier(2))
    shell("nightly", "--as-of", DAY.isoformat())
    (home / "inbox" / "igate.csv").write_text(
        export_text(still_open(1, due="18/03/2026")) + "Tổng số: 99 hồ sơ,,,,,,,,,\n", encoding="utf-8"
    )
    later = DAY + timedelta(days=10)
    shell("nightly", "--as-of", later.isoformat())
    night = load_workbook(home / "reports" / later.isoformat() / "doichieu.xlsx")
    headings, *lines = night["Việc cần làm"].iter_rows(values_only=True)
    urgency = {line[headings.index("Gấp")] for line in lines if any(line)}
    told = [json.loads(line) for line in shell("report", "--format", "jsonl").out.splitlines()]
    assert {(one["urgency"], one["close_by"]) for one in told if one["rule_id"] == "M01"} == {("overdue", None)}
    assert {word.lower() for word in urgency if word} == {"quá hạn"}


def test_a_name_left_in_the_inbox_is_said_on_stderr(shell: Shell, home: Path) -> None:
    (home / "inbox" / "so.docx").write_bytes(b"x")
    done = shell("nightly", "--as-of", DAY.isoformat())
    assert (done.code, "inbox/so.docx: left there" in done.err) == (3, True)


def test_a_reason_of_blanks_is_none(shell: Shell, home: Path) -> None:
    shell("accept", held(shell, home), "--reason", " ").failed(64, "--reason is empty")


def test_the_state_of_one_side_alone_is_read_as_files_of_it_are(shell: Shell, home: Path) -> None:
    (home / "inbox" / "so_theo_doi.csv").unlink()
    assert shell("nightly", "--as-of", DAY.isoformat()).code == 3
    asked = shell("reconcile", "--config", str(home / "doichieu.toml"), "--as-of", DAY.isoformat())
    assert (asked.code, "Không có sổ theo dõi nào" in asked.text) == (3, True)
