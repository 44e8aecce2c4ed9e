from __future__ import annotations

import csv
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from math import log2
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest

from pipeline.errors import InputRefused, NoInput, UsageFault
from pipeline.night.answers import read_answers
from pipeline.night.decisions import decide, linked_pairs, pending
from pipeline.night.generations import write_state
from pipeline.night.story import story_of
from pipeline.report.phrases import load_phrases
from pipeline.report.review import review_lines, write_review
from pipeline.settings import load_settings
from tests.cli.files import ROWS, dossier, still_open
from tests.night.conftest import MONDAY

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from tests.cli.files import Row
    from tests.night.conftest import Office

PHRASES = load_phrases("vi")
SERIAL = 6


def vague(**difference: str) -> Row:
    """The line of dossier 6 as a tired hand writes it: little of it, a letter and the day that is due wrong."""
    said = {"code": "", "phone": "", "due": "30/03/2026", "name": "Bế Thị Nhàix", "procedure": ""}
    return dossier(SERIAL, **(said | difference))


@pytest.fixture
def doubtful(office: Office) -> Office:
    """An office in which the vague line may be the open dossier 6."""
    office.export(*ROWS[:5], still_open(SERIAL))
    office.book(*ROWS[:5], vague())
    office.night()
    return office


def waiting(office: Office) -> pl.DataFrame:
    return pending(office.state, load_settings(office.home.config), PHRASES)


def decided(office: Office, verdict: str, day: date = MONDAY) -> None:
    """A person answers about the only pair that waits, and another night passes."""
    answers = waiting(office).select("pair_id", verdict=pl.lit(verdict), why=pl.lit("đã hỏi"))
    write_state(office.home, decide(office.state, answers, "lan", office.tonight(day)))
    office.night(day)


def asserted(office: Office) -> dict[int, bool]:
    rows = office.state["mismatch"].filter(rule_id="M01", status="open").select("dossier_code", "needs_review").rows()
    return {int(code.rsplit("-", 1)[1]): not needs_review for code, needs_review in sorted(rows)}


def test_a_doubtful_pair_waits_with_both_sides_and_is_not_asserted(doubtful: Office) -> None:
    (pair,) = waiting(doubtful).to_dicts()
    assert (pair["logbook_row"], pair["case_row"]) == (7, 8)
    assert (pair["logbook_applicant_name"], pair["case_applicant_name"]) == ("Bế Thị Nhàix", "Bế Thị Nhài")
    assert "tên khác 1 ký tự" in pair["evidence"]
    assert asserted(doubtful)[SERIAL] is False


def test_the_same_night_knows_that_a_decision_is_news(doubtful: Office) -> None:
    decided(doubtful, "same")
    assert doubtful.state["run"].height == 2


def test_same_makes_a_link_that_is_asserted_for_ever(doubtful: Office) -> None:
    decided(doubtful, "same")
    assert asserted(doubtful)[SERIAL] is True
    assert waiting(doubtful).is_empty()
    story = story_of(doubtful.home, f"H56.17.22-260302-{SERIAL}", load_settings(doubtful.home.config))
    assert story.links.select("method", "needs_review").rows() == [("decision", False)]


def test_a_decision_does_not_pass_to_whoever_stands_at_that_number_later(doubtful: Office) -> None:
    """The book is typed anew without its first line: all numbers move by one."""
    doubtful.numbered_book(*ROWS[:5], vague())
    doubtful.night(MONDAY + timedelta(days=1))
    decided(doubtful, "same", MONDAY + timedelta(days=2))
    moved = [row | {"line": str(int(row["line"]) - 1)} for row in (*ROWS[1:5], vague(), dossier(7))]
    doubtful.numbered_book(*moved)
    doubtful.night(MONDAY + timedelta(days=3))
    settings = load_settings(doubtful.home.config)
    linked = linked_pairs(doubtful.state, settings, PHRASES).filter(pl.col("case_row") == 8)
    assert linked["logbook_applicant_name"].to_list() == ["Bế Thị Nhàix"]


def test_not_the_same_is_never_linked_again(doubtful: Office) -> None:
    decided(doubtful, "not_same")
    assert SERIAL not in asserted(doubtful)
    assert waiting(doubtful).is_empty()


def test_a_decision_is_kept_with_who_when_and_why(doubtful: Office) -> None:
    decided(doubtful, "not_same")
    (kept,) = doubtful.state["decision"].to_dicts()
    assert (kept["verdict"], kept["why"], kept["decided_by"]) == ("not_same", "đã hỏi", "lan")
    assert kept["decided_at"].startswith(MONDAY.isoformat())


def test_a_pair_put_off_is_asked_again_only_when_its_evidence_changes(doubtful: Office) -> None:
    decided(doubtful, "later")
    assert waiting(doubtful).is_empty()
    assert asserted(doubtful)[SERIAL] is False
    doubtful.book(*ROWS[:5], vague(name="Bế Nhài"))
    doubtful.night()
    assert waiting(doubtful).height == 1


@pytest.mark.parametrize(("pair", "verdict"), [("ffffffffff", "same"), (None, "perhaps")])
def test_an_answer_about_nothing_or_in_other_words_keeps_nothing(
    doubtful: Office, pair: str | None, verdict: str
) -> None:
    named = pair or waiting(doubtful)["pair_id"][0]
    answers = pl.DataFrame(
        {"pair_id": [named], "verdict": [verdict], "why": [None]}, schema_overrides={"why": pl.String}
    )
    with pytest.raises(UsageFault, match=named):
        decide(doubtful.state, answers, "lan", doubtful.tonight(MONDAY))


# the work list


def test_the_work_list_has_both_sides_marks_and_a_drop_down(doubtful: Office, tmp_path: Path) -> None:
    write_review(waiting(doubtful), PHRASES, tmp_path / "ra_soat.xlsx")
    book = openpyxl.load_workbook(tmp_path / "ra_soat.xlsx", rich_text=True)
    sheet = book["Rà soát"]
    assert sheet["H2"].value is not None
    assert [str(sheet.cell(row, 8).value) for row in (2, 3)] == ["Bế Thị Nhàix", "Bế Thị Nhài"]
    assert [font.text for font in sheet["H2"].value if hasattr(font, "font")] == ["x"]
    (check,) = sheet.data_validations.dataValidation
    assert check.formula1 == '"đúng,không phải,để sau"'


def test_a_returned_work_list_is_read_back(doubtful: Office, tmp_path: Path) -> None:
    path = tmp_path / "ra_soat.xlsx"
    write_review(waiting(doubtful), PHRASES, path)
    book = openpyxl.load_workbook(path)
    book["Rà soát"]["B2"], book["Rà soát"]["C2"] = " Không phải", "người khác"
    book.save(path)
    pair = waiting(doubtful)["pair_id"][0]
    assert read_answers(path).rows() == [(pair, "not_same", "người khác")]


def test_an_empty_work_list_decides_nothing(doubtful: Office, tmp_path: Path) -> None:
    write_review(waiting(doubtful), PHRASES, tmp_path / "ra_soat.xlsx")
    assert read_answers(tmp_path / "ra_soat.xlsx").is_empty()


def test_a_csv_does_as_well(tmp_path: Path) -> None:
    path = tmp_path / "ra_soat.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [["Mã cặp", "Quyết định", "Ghi chú"], ["0123456789", "đúng", ""], ["9876543210", "", ""]]
        )
    assert read_answers(path).select("pair_id", "verdict").rows() == [("0123456789", "same")]


def answer_in(path: Path, *cells: tuple[str, int, str]) -> Path:
    """Fill in decisions by sheet and row, as an officer would."""
    book = openpyxl.load_workbook(path)
    for name, row, word in cells:
        sheet = book[name]
        column = [cell.value for cell in sheet[1]].index("Quyết định") + 1
        sheet.cell(row, column, word)
    book.save(path)
    return path


def attached(office: Office, folder: Path) -> Path:
    """The work list of the owner's mail."""
    mail = message_from_bytes(office.state["outbox"]["data"][0], policy=default)
    (part,) = mail.iter_attachments()  # type: ignore[attr-defined] -- the policy decides
    path = folder / "doichieu.xlsx"
    path.write_bytes(part.get_payload(decode=True))
    return path


def test_the_mails_work_list_asks_about_sure_and_doubtful_lines_and_is_read_back(
    doubtful: Office, tmp_path: Path
) -> None:
    path = attached(doubtful, tmp_path)
    assert read_answers(path).is_empty()
    pair = waiting(doubtful)["pair_id"][0]
    filled = answer_in(path, ("Cần kiểm tra", 2, "đúng"), ("Việc cần làm", 2, "Không phải"))
    assert (pair, "same") in read_answers(filled).select("pair_id", "verdict").rows()
    write_state(doubtful.home, decide(doubtful.state, read_answers(filled), "lan", doubtful.tonight(MONDAY)))
    before = asserted(doubtful)
    doubtful.night()
    assert asserted(doubtful)[SERIAL] is True
    assert before.keys() - asserted(doubtful).keys() != set()  # the pair that was denied accuses nobody any more


def test_the_offices_own_workbook_does_as_well(doubtful: Office) -> None:
    path = doubtful.home.reports / f"{MONDAY}" / "doichieu.xlsx"
    pair = waiting(doubtful)["pair_id"][0]
    filled = answer_in(path, ("Cần kiểm tra", 2, "để sau"))
    assert read_answers(filled).select("pair_id", "verdict").rows() == [(pair, "later")]


def test_a_list_that_comes_back_twice_changes_nothing(doubtful: Office) -> None:
    decided(doubtful, "not_same")
    kept = doubtful.state["decision"]
    again = kept.select("pair_id", "verdict", why=pl.lit("lần nữa"))
    assert decide(doubtful.state, again, "mai", doubtful.tonight(MONDAY))["decision"].equals(kept)


def test_a_decision_can_be_taken_back(doubtful: Office) -> None:
    decided(doubtful, "not_same")
    other = doubtful.state["decision"].select("pair_id", "why", verdict=pl.lit("same"))
    (kept,) = decide(doubtful.state, other, "mai", doubtful.tonight(MONDAY))["decision"].to_dicts()
    assert (kept["verdict"], kept["decided_by"]) == ("same", "mai")


def two_sheets(folder: Path, *said: str) -> Path:
    """One pair on as many sheets as words are given."""
    book = openpyxl.Workbook()
    for number, word in enumerate(said):
        sheet = book.create_sheet(f"Tờ {number}")
        sheet.append(["Mã cặp", "Quyết định", "Ghi chú"])
        sheet.append(["0123456789", word, f"vì {number}" if word else None])
    book.save(folder / "hai.xlsx")
    return folder / "hai.xlsx"


def test_the_same_decision_on_two_sheets_is_one_with_both_remarks(tmp_path: Path) -> None:
    assert read_answers(two_sheets(tmp_path, "đúng", "", "Same")).rows() == [("0123456789", "same", "vì 0; vì 2")]


def test_contradicting_decisions_are_all_named_and_nothing_is_taken(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as told:
        read_answers(two_sheets(tmp_path, "đúng", "không phải"))
    assert told.value.message == "hai.xlsx: two decisions for one pair: Tờ 0 row 2, Tờ 1 row 2; nothing was taken"


def test_a_decision_beside_no_pair_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ra_soat.csv"
    path.write_text("Mã cặp;Quyết định\n0123456789;đúng\n;đúng\n", encoding="utf-8")
    with pytest.raises(InputRefused, match="without a pair: row 3"):
        read_answers(path)


def test_an_unknown_word_is_refused_by_row(tmp_path: Path) -> None:
    path = tmp_path / "ra_soat.csv"
    path.write_text("Mã cặp,Quyết định\n0123456789,có lẽ\n", encoding="utf-8")
    with pytest.raises(InputRefused, match="row 2") as told:
        read_answers(path)
    assert "đúng, không phải, để sau" in told.value.tip
    assert "có lẽ" not in told.value.message


def test_another_file_is_no_work_list(tmp_path: Path) -> None:
    path = tmp_path / "so.csv"
    path.write_text("TT,Mã hồ sơ\n1,H56\n", encoding="utf-8")
    with pytest.raises(InputRefused, match="Mã cặp"):
        read_answers(path)


def test_the_list_in_the_terminal_brackets_what_differs(doubtful: Office) -> None:
    lines = "\n".join(review_lines(waiting(doubtful), PHRASES))
    assert "Bế Thị Nhài[x]" in lines
    assert "so_theo_doi.csv:7" in lines


def test_each_doubtful_pair_shows_what_speaks_for_it_and_what_against_it(doubtful: Office) -> None:
    (pair,) = waiting(doubtful).to_dicts()
    assert "tên khác 1 ký tự" in pair["evidence_for"]
    assert "ngày hẹn khác" in pair["evidence_against"]
    lines = "\n".join(review_lines(waiting(doubtful), PHRASES))
    assert f"nói lên là một hồ sơ: {pair['evidence_for']}" in lines
    assert f"nói lên là hai hồ sơ: {pair['evidence_against']}" in lines


def test_what_speaks_for_and_against_a_pair_sums_up_to_its_score(doubtful: Office) -> None:
    (pair,) = waiting(doubtful).to_dicts()
    told = f"{pair['evidence_for']}; {pair['evidence_against']}".replace("−", "-")
    bits = [float(part.rsplit(" ", 1)[1]) for part in told.split("; ") if part]
    assert sum(bits) == pytest.approx(log2(pair["score"] / (1 - pair["score"])), abs=0.05 * len(bits))


# explain


def test_the_story_of_a_dossier_tells_what_people_decided(doubtful: Office) -> None:
    decided(doubtful, "not_same")
    story = story_of(doubtful.home, f"H56.17.22-260302-{SERIAL}", load_settings(doubtful.home.config))
    assert story.decisions.select("verdict", "why", "decided_by").rows() == [("not_same", "đã hỏi", "lan")]
    other = story_of(doubtful.home, "H56.17.22-260303-1", load_settings(doubtful.home.config))
    assert other.decisions.is_empty()


def test_the_story_of_a_dossier_has_its_rows_links_mismatches_and_history(doubtful: Office) -> None:
    story = story_of(doubtful.home, "h56.17.22/260303/1", load_settings(doubtful.home.config))
    assert (story.cases["row"].to_list(), story.lines["row"].to_list()) == ([3], [2])
    assert story.links["method"].to_list() == ["exact"]
    assert story.mismatches.select("rule_id", "status").rows() == [("M01", "open")]
    assert story.events.select("event", "happened_on").rows() == [("seen", MONDAY)]


def test_the_story_of_a_doubtful_line_is_told_by_the_records_code(doubtful: Office) -> None:
    story = story_of(doubtful.home, f"H56.17.22-260302-{SERIAL:04}", load_settings(doubtful.home.config))
    assert story.lines["row"].to_list() == [7]


@pytest.mark.parametrize("code", ["H56.17.22-260303-9999", "khong phai ma"])
def test_an_unknown_code_is_66(doubtful: Office, code: str) -> None:
    with pytest.raises(NoInput):
        story_of(doubtful.home, code, load_settings(doubtful.home.config))
