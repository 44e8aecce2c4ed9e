from __future__ import annotations

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ConfigFault, ExitCode, NoInput
from pipeline.night import inbox
from pipeline.night.generations import generations
from tests.cli.files import ROWS, dossier, export_text, still_open
from tests.night.conftest import MONDAY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.night.conftest import Office

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
NEXT_MONDAY = MONDAY + timedelta(days=7)
FIRST_CLOSED = (dossier(1, finished="10/03/2026"), *ROWS[1:])


def begun(office: Office) -> Office:
    """After a first night with both sides: dossiers 1 and 2 are returned and open."""
    office.export()
    office.book()
    office.night()
    return office


# the way of a file


def test_the_first_night_finds_what_is_returned_and_open(office: Office) -> None:
    office.export()
    office.book()
    ended = office.night()
    assert ended.exit_code is ExitCode.COMPLETE
    assert office.ledger() == {1: "open", 2: "open"}
    assert office.verdicts() == {"igate.csv": "accepted", "so_theo_doi.csv": "accepted"}


def test_a_file_that_was_taken_lies_in_the_archive_and_no_more_in_the_inbox(office: Office) -> None:
    content = office.export().read_bytes()
    begun(office)
    assert list(office.home.inbox.iterdir()) == []
    (copy,) = office.home.archive.glob("*-igate.csv")
    assert copy.read_bytes() == content


def test_the_reports_of_a_night_lie_in_its_folder(office: Office) -> None:
    begun(office)
    assert [path.name for path in office.home.reports.iterdir()] == [MONDAY.isoformat()]
    codes = (office.home.reports / MONDAY.isoformat() / "ma_can_dong.txt").read_text(encoding="utf-8")
    assert codes.splitlines() == ["H56.17.22-260303-0001", "H56.17.22-260304-0002"]  # the one that can be saved first


def test_everything_that_a_night_makes_is_its_owners_alone(office: Office) -> None:
    office.book()
    (office.home.inbox / "igate.csv").write_text(export_text(), encoding="utf-8")
    (office.home.inbox / "igate.csv").chmod(0o644)
    office.night()
    loose = [path for path in office.home.folder.rglob("*") if path.stat().st_mode & 0o077]
    assert loose == []


def test_the_same_night_again_changes_nothing(office: Office) -> None:
    begun(office)
    before = [path.name for path in generations(office.home.state)]
    ended = office.night()
    assert (ended.night, ended.exit_code) == (None, ExitCode.COMPLETE)
    assert [path.name for path in generations(office.home.state)] == before


def test_yesterdays_file_under_another_name_counts_once(office: Office) -> None:
    begun(office)
    office.export(name="igate_moi.csv")
    ended = office.night(TUESDAY)
    assert ended.night
    assert ended.night.sources.filter(feed="igate").select("file", "verdict", "age").rows() == [
        ("igate.csv", "repeated", 1)
    ]
    assert office.state["case_row"].height == len(ROWS)


def test_a_file_that_somebody_is_writing_is_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(office)
    path = office.export(*FIRST_CLOSED)
    looks = iter(range(10))
    monkeypatch.setattr(inbox, "_look", lambda _: (next(looks), 0, 0))
    ended = office.night(TUESDAY)
    assert path.exists()
    assert ended.exit_code is ExitCode.DEGRADED
    assert ended.night
    assert any("igate.csv" in notice for notice in ended.night.outcome.notices)


@pytest.mark.parametrize("name", ["igate.csv.part", "~$igate.xlsx", "igate.tmp"])
def test_an_unfinished_copy_is_left_and_told(office: Office, name: str) -> None:
    begun(office)
    (office.home.inbox / name).write_bytes(b"half")
    ended = office.night(TUESDAY)
    assert ended.exit_code is ExitCode.DEGRADED
    assert (office.home.inbox / name).exists()


def test_links_and_pipes_in_the_inbox_are_never_opened(office: Office, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(export_text(), encoding="utf-8")
    (office.home.inbox / "igate.csv").symlink_to(secret)
    os.mkfifo(office.home.inbox / "xgate.csv")
    office.book()
    ended = office.night()
    assert ended.night
    assert office.verdicts() == {"so_theo_doi.csv": "accepted"}
    assert len([notice for notice in ended.night.outcome.notices if "inbox/" in notice]) == 2


def test_a_folder_of_the_inbox_names_the_feed(office: Office) -> None:
    office.book()
    (office.home.inbox / "xgate").mkdir()
    office.export(name="xgate/bao_cao.csv")
    office.night()
    assert set(office.state["case_row"]["feed"]) == {"xgate"}


def test_a_dry_run_leaves_everything_as_it_is(office: Office) -> None:
    office.export()
    office.book()
    ended = office.night(dry_run=True)
    assert ended.night
    assert ended.night.open.height > 0
    assert len(list(office.home.inbox.iterdir())) == 2
    assert generations(office.home.state) == []
    assert [*office.home.archive.iterdir(), *office.home.reports.iterdir()] == []


# what is put right


def test_a_dossier_seen_closed_is_resolved(office: Office) -> None:
    begun(office)
    office.export(*FIRST_CLOSED)
    ended = office.night(TUESDAY)
    assert office.ledger() == {1: "resolved", 2: "open"}
    assert ended.night
    assert ended.night.previous_on == MONDAY
    assert ended.night.fixed["dossier_code"].to_list() == ["H56.17.22-260303-0001"]


def test_a_dossier_missing_from_the_next_export_is_not_resolved(office: Office) -> None:
    begun(office)
    office.export(*ROWS[2:], *(dossier(number) for number in (7, 8)))
    office.night(TUESDAY)
    assert office.ledger() == {1: "open", 2: "open"}


def test_a_dossier_that_is_open_again_is_reopened_with_its_first_day(office: Office) -> None:
    begun(office)
    office.export(*FIRST_CLOSED)
    office.night(TUESDAY)
    office.export(ROWS[0] | {"officer": "Người Khác"}, *ROWS[1:], dossier(9, finished="11/03/2026"))
    office.night(WEDNESDAY)
    (row,) = office.state["mismatch"].filter(rule_id="M01", status="open", times_reopened=1).to_dicts()
    assert (row["first_seen_on"], row["resolved_on"]) == (MONDAY, None)
    assert [event for event in office.events() if event[0] == "M01"][-1] == ("M01", "reopened", WEDNESDAY)


def test_a_mismatch_whose_ground_falls_away_is_withdrawn_and_not_counted_as_fixed(office: Office) -> None:
    begun(office)
    office.book(ROWS[0] | {"returned": ""}, *ROWS[1:])
    ended = office.night(TUESDAY)
    assert office.ledger() == {1: "withdrawn", 2: "open"}
    assert ended.night
    assert (ended.night.fixed.height, ended.night.withdrawn.filter(rule_id="M01").height) == (0, 1)


def test_a_line_typed_anew_with_its_return_is_found_the_next_night(office: Office) -> None:
    office.export()
    office.book(ROWS[0] | {"returned": ""}, *ROWS[1:])
    office.night()
    office.book()
    office.night(TUESDAY)
    assert office.ledger() == {1: "open", 2: "open"}


def test_an_older_export_that_comes_late_does_not_take_back_what_a_newer_one_said(office: Office) -> None:
    office.export(*FIRST_CLOSED, name="igate_moi.csv")
    office.book()
    office.night(TUESDAY)
    office.export(name="igate_cu.csv")
    office.night(WEDNESDAY)
    assert office.ledger() == {2: "open"}


# what cannot be known


def test_an_export_from_before_the_return_accuses_nobody(office: Office) -> None:
    office.export()
    office.book(ROWS[0] | {"returned": ""}, *ROWS[1:])
    office.night()
    office.book(ROWS[0] | {"returned": "10/03/2026"}, *ROWS[1:])
    office.night(TUESDAY)
    assert office.ledger() == {2: "open"}
    office.export(*ROWS, dossier(7, finished="10/03/2026"))
    office.night(WEDNESDAY)
    assert office.ledger() == {1: "open", 2: "open"}


def test_an_export_that_came_late_accuses_nobody_of_what_happened_since(office: Office) -> None:
    """It arrives with Tuesday's book, but knows of nothing after Friday."""
    begun(office)
    office.export(*ROWS, dossier(7))
    office.book(*ROWS, dossier(7), still_open(8, returned="10/03/2026"))
    office.export(*ROWS, dossier(7), still_open(8))
    office.night(TUESDAY)
    assert office.ledger() == {1: "open", 2: "open"}


def test_a_book_from_before_the_end_in_the_software_accuses_nobody(office: Office) -> None:
    begun(office)
    office.export(*ROWS, dossier(7, finished="10/03/2026"))
    office.book(*ROWS, dossier(7, returned=""))
    office.night(TUESDAY)
    assert office.ledger("M04") == {}
    office.book(*ROWS, dossier(7, returned=""), dossier(8, returned="11/03/2026"))
    office.night(WEDNESDAY)
    assert office.ledger("M04") == {7: "open"}


def test_verdicts_freeze_when_the_export_is_stale(office: Office) -> None:
    begun(office)
    ended = office.night(NEXT_MONDAY)
    assert office.ledger() == {1: "open", 2: "open"}
    assert office.frozen() == {"M01": NEXT_MONDAY}
    assert ended.exit_code is ExitCode.NO_INPUT


def test_verdicts_thaw_with_a_new_export(office: Office) -> None:
    begun(office)
    office.night(NEXT_MONDAY)
    office.export(*ROWS, dossier(7, finished="13/03/2026"))
    office.night(NEXT_MONDAY + timedelta(days=1))
    assert office.frozen() == {}
    assert [event for event in office.events() if event[0] == "M01"][-2:] == [
        ("M01", "checkable", NEXT_MONDAY + timedelta(days=1))
    ] * 2


def test_a_held_export_freezes_what_depends_on_it(office: Office) -> None:
    begun(office)
    with office.export(*FIRST_CLOSED).open("a", encoding="utf-8") as export:
        export.write("Tổng số: 99 hồ sơ,,,,,,,,,\n")
    ended = office.night(TUESDAY)
    assert office.state["load"].row(-1, named=True)["why"] == "stated_total"
    assert ended.exit_code is ExitCode.DEGRADED
    assert office.ledger() == {1: "open", 2: "open"}
    assert office.frozen() == {"M01": TUESDAY}


def with_a_refused_export(office: Office) -> None:
    """Half of the book's dossiers are in a case system whose export is broken; the seventh is in none."""
    office.export(*ROWS[:3])
    office.book(*ROWS, dossier(7))
    (office.home.inbox / "xgate.csv").write_bytes(b"\0")
    assert office.night().exit_code is ExitCode.DEGRADED


def test_a_refused_export_accuses_nobody_of_not_entering(office: Office) -> None:
    with_a_refused_export(office)
    assert office.ledger("M05") == {}
    report = (office.home.reports / MONDAY.isoformat() / "doichieu.txt").read_text(encoding="utf-8")
    assert "đã cũ: xgate.csv. Vì vậy chưa kết luận 4 sai lệch." in " ".join(report.split())


@pytest.mark.parametrize(("name", "day"), [("xgate.csv", MONDAY), ("xgate_moi.csv", TUESDAY)], ids=["name", "day"])
def test_a_refused_export_is_replaced_by_one_of_its_name_or_of_a_later_day(
    office: Office, name: str, day: date
) -> None:
    with_a_refused_export(office)
    office.export(*ROWS[3:], name=name)
    assert office.night(day).exit_code is (ExitCode.DEGRADED if day == MONDAY else ExitCode.COMPLETE)
    assert office.ledger("M05") == {7: "open"}


def test_another_export_of_the_same_day_does_not_replace_a_refused_one(office: Office) -> None:
    with_a_refused_export(office)
    office.export(*ROWS[3:4], name="xgate_2.csv")
    assert office.night().exit_code is ExitCode.DEGRADED
    assert office.ledger("M05") == {}


def test_a_refused_book_accuses_nobody_of_not_writing(office: Office) -> None:
    office.export()
    office.book(*ROWS[:3], name="so_theo_doi_1.csv")
    (office.home.inbox / "so_theo_doi_2.csv").write_bytes(b"\0")
    office.night()
    assert office.ledger("M06") == {}
    office.book(*ROWS[3:5], name="so_theo_doi_2.csv")
    office.night(TUESDAY)
    assert office.ledger("M06") == {6: "open"}


def test_a_missing_case_system_is_told(office: Office) -> None:
    begun(office)
    office.book(*ROWS, dossier(7))
    ended = office.night(WEDNESDAY)
    assert ended.night
    assert ended.night.sources.filter(feed="igate")["verdict"].to_list() == ["missing"]
    assert ended.exit_code is ExitCode.DEGRADED


def test_a_missing_case_system_is_told_after_a_held_file_too(office: Office) -> None:
    begun(office)
    with office.export(*FIRST_CLOSED).open("a", encoding="utf-8") as export:
        export.write("Tổng số: 99 hồ sơ,,,,,,,,,\n")
    office.night(TUESDAY)
    ended = office.night(NEXT_MONDAY)
    assert ended.night
    assert ended.night.sources.filter(feed="igate")["verdict"].to_list() == ["held", "missing"]


# what stops a night


def test_nothing_ever_delivered_is_66(office: Office) -> None:
    with pytest.raises(NoInput):
        office.night()
    assert generations(office.home.state) == []


def test_all_refused_is_65_and_the_state_says_so(office: Office) -> None:
    begun(office)
    (office.home.inbox / "igate.csv").write_text(
        "<html><body>Phiên làm việc đã hết hạn</body></html>", encoding="utf-8"
    )
    ended = office.night(TUESDAY)
    assert ended.exit_code is ExitCode.REFUSED
    assert office.ledger() == {1: "open", 2: "open"}


def test_a_clock_that_went_back_stops_the_night(office: Office) -> None:
    begun(office)
    with pytest.raises(ConfigFault, match="does not follow"):
        office.night(MONDAY - timedelta(days=1))


def test_a_clock_that_leapt_stops_the_night(office: Office) -> None:
    begun(office)
    with pytest.raises(ConfigFault, match="does not follow"):
        office.night(date(2028, 1, 3))


def test_a_machine_off_for_a_week_catches_up_in_one_night(office: Office) -> None:
    begun(office)
    office.export(dossier(1, finished="13/03/2026"), *ROWS[1:])
    office.night(NEXT_MONDAY)
    assert office.ledger() == {1: "resolved", 2: "open"}
    assert office.state["run"].height == 2


# newer versions of a book


def test_a_line_put_right_or_struck_in_a_newer_version_of_its_book_leaves_no_ghost(office: Office) -> None:
    wrong = dossier(3) | {"code": "H56.17.22-260302-0099", "name": "Nguyễn Văn Sai", "phone": "0911222333"}
    struck = dossier(8, code="H56.17.22-260303-0088")
    office.export()
    office.book(*ROWS[:2], wrong, *ROWS[3:], struck)
    office.night()
    assert office.ledger("M05")[88] == "open"
    office.export(*ROWS, dossier(9, finished="10/03/2026"))
    office.book(*ROWS, dossier(9, returned="10/03/2026"))
    office.night(TUESDAY)
    assert set(office.ledger("M05").values()) == {"withdrawn"}
    assert office.ledger("M10") == {}
    assert office.state["logbook_row"].height == len(ROWS) + 1


def test_another_book_of_the_same_file_name_and_days_is_no_newer_version(office: Office) -> None:
    """One clerk's so.csv of civil status, then another's of land, over the same days."""
    office.export()
    office.book(*ROWS[:3], name="so_theo_doi.csv")
    office.night()
    office.book(*ROWS[3:], name="so_theo_doi.csv")
    office.night(TUESDAY)
    assert office.state["logbook_row"].height == len(ROWS)
    assert office.ledger() == {1: "open", 2: "open"}
    assert "open" not in office.ledger("M06").values()


def test_a_line_struck_above_fixes_nobodys_missing_dossier(office: Office) -> None:
    """The numbers move by one, and another line's number is now that of the missing one."""
    missing = dossier(7, code="H56.17.22-260303-0077")
    office.export()
    office.numbered_book(
        *ROWS[:2], missing | {"line": "3"}, *(row | {"line": str(int(row["line"]) + 1)} for row in ROWS[2:])
    )
    office.night()
    assert office.ledger("M05") == {77: "open"}
    office.export(*ROWS, dossier(9, finished="10/03/2026"))
    office.numbered_book(ROWS[0], missing | {"line": "2"}, *ROWS[2:], dossier(9, returned="10/03/2026"))
    ended = office.night(TUESDAY)
    assert ended.night
    assert ended.night.fixed.filter(rule_id="M05").is_empty()
    assert "open" in office.state["mismatch"].filter(rule_id="M05")["status"].to_list()


def test_a_line_without_code_that_was_corrected_in_a_newer_version_of_its_book_counts_once(office: Office) -> None:
    office.export()
    office.book(*ROWS[:5], dossier(6, code="", name="Bế Thị Nhà"))
    office.night()
    office.book(*ROWS[:5], dossier(6, code=""))
    office.night(TUESDAY)
    assert office.state["logbook_row"].height == 6


def test_two_books_of_the_same_days_keep_their_lines_and_their_quarantine(office: Office) -> None:
    broken = dossier(9, line="9", received="khi nào")
    office.export()
    office.book(*ROWS[:3], dossier(8, code="", line="8"), broken, name="so_theo_doi_1.csv")
    office.book(*ROWS[3:], dossier(8, code="", line="8", name="Người Khác"), name="so_theo_doi_2.csv")
    office.night()
    assert office.state["logbook_row"].height == 8
    assert office.state["quarantine_reason"]["rule_id"].to_list() == ["V03"]
