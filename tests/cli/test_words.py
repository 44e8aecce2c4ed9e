"""Whatever an officer reads speaks one language; which one, the reader says. What stands on stderr is English."""

from __future__ import annotations

import email
import email.policy
import os
from datetime import date
from typing import TYPE_CHECKING

import pytest
from lxml import html  # pyright: ignore[reportAttributeAccessIssue] -- a compiled module without stubs
from openpyxl import load_workbook

from pipeline.errors import FileFault
from pipeline.prepare import prepare
from pipeline.report.phrases import load_phrases
from pipeline.settings import load_settings
from tests.cli.files import AS_OF, CANARIES, export_text
from tests.wrong_files import NAMED, WRONG, foreign, one_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Result, Shell

DAY = date(2026, 3, 9)
UNNAMED = [name for name in WRONG if name not in NAMED]
THREE = ("empty", "bad_structure", "page_without_table")


def deliver(folder: Path, *names: str) -> list[str]:
    """Wrong files, each called after what is wrong with it."""
    for name in names:
        (folder / f"{name}.csv").write_bytes(WRONG[name])
    return [f"{name}.csv" for name in names]


def said(path: Path, lang: str) -> tuple[str, str]:
    """Why the file is refused and what to do about it."""
    with pytest.raises(FileFault) as refused:
        prepare(path, None, load_settings())
    phrases = load_phrases(lang)
    return refused.value.why(phrases), refused.value.way_out(phrases)


def read(done: Result, format_: str, folder: Path) -> str:
    """All that a person reads in a report; of a workbook not the sheet for programs."""
    if format_ == "text":
        return one_line(done.text)
    if format_ == "html":
        return page_text(done.out)
    (folder / "out.xlsx").write_bytes(done.out)
    return workbook_text(folder / "out.xlsx")


def page_text(content: bytes) -> str:
    page = html.fromstring(content.decode())
    return one_line(page.xpath("//body//text()[not(ancestor::script or ancestor::style)]"))


def workbook_text(path: Path) -> str:
    sheets = [sheet for sheet in load_workbook(path).worksheets if sheet.title != "mismatches"]
    return one_line(f"{cell}" for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("format_", ["text", "html", "xlsx"])
def test_wrong_files_beside_good_ones_are_told_in_the_readers_language(
    shell: Shell, pair: tuple[str, str], format_: str, lang: str
) -> None:
    names = deliver(shell.folder, *UNNAMED)
    done = shell("reconcile", *pair, *names, "--as-of", AS_OF, "--format", format_, "--lang", lang)
    assert done.code == 3
    report = read(done, format_, shell.folder)
    assert foreign(report, lang) == []
    for name in names:
        why, tip = said(shell.folder / name, lang)
        assert (
            one_line(f"{name}: {load_phrases(lang)['notice.refused'].partition('{file}: ')[2]}").format(
                why=why, tip=tip
            )
            in report
        )


def test_stderr_stays_english(shell: Shell, pair: tuple[str, str]) -> None:
    names = deliver(shell.folder, *UNNAMED)
    done = shell("reconcile", *pair, *names, "--as-of", AS_OF)
    assert foreign(done.err, "en") == []
    for name in names:
        why, tip = said(shell.folder / name, "en")
        assert f"doichieu: {name}: {why}\n  → {tip}\n" in done.err


@pytest.fixture
def home(home: Path) -> Path:
    """Three wrong files lie in the inbox beside the good ones, one to be held, and one to be left there."""
    (home / "inbox" / "igate_2.csv").write_text(export_text() + "Tổng số: 99 hồ sơ,,,,,,,,,\n", encoding="utf-8")
    (home / "inbox" / "ghi_chu.docx").write_bytes(b"x")
    deliver(home / "inbox", *THREE)
    return home


def mails(home: Path) -> list[str]:
    """Subject and both texts of each mail of the outbox."""
    found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in home.rglob("*.eml")]
    texts = [part.get_content() for mail in found for part in mail.walk() if part.get_content_maintype() == "text"]
    plain = [page_text(text.encode()) if text.lstrip().startswith("<!") else one_line(text) for text in texts]
    return [*plain, *(one_line(mail["Subject"]) for mail in found)]


def reports(home: Path) -> list[str]:
    """The page, the text and the workbook of the night."""
    folder = home / "reports" / f"{DAY}"
    text, page = folder / "doichieu.txt", folder / "doichieu.html"
    return [one_line(text.read_text("utf-8")), page_text(page.read_bytes()), workbook_text(folder / "doichieu.xlsx")]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_night_with_wrong_files_speaks_the_language_of_the_configuration(shell: Shell, home: Path, lang: str) -> None:
    config = home / "doichieu.toml"
    config.write_text(config.read_text("utf-8").replace('lang = "vi"', f'lang = "{lang}"'), encoding="utf-8")
    came = [home / "inbox" / f"{name}.csv" for name in THREE]
    expected = [
        f"{path.name}: {load_phrases(lang)['verdict.refused']}; " + ". ".join(said(path, lang)) for path in came
    ]
    assert shell("nightly", "--as-of", DAY.isoformat()).code == 3
    *texts, first, second = mails(home)
    for text in (*texts, *reports(home)):
        assert foreign(text, lang) == []
        assert [one for one in expected if one not in text] == []
    assert foreign(f"{first} {second}", lang) == []


def test_status_and_report_tell_a_refusal_in_the_language_that_is_asked_for(shell: Shell, home: Path) -> None:
    told = {lang: [". ".join(said(home / "inbox" / f"{name}.csv", lang)) for name in THREE] for lang in ("vi", "en")}
    shell("nightly", "--as-of", DAY.isoformat())
    for lang, words in (("vi", ()), ("en", ("--lang", "en"))):
        status = one_line(shell("status", *words).text)
        report = one_line(shell("report", "--format", "text", *words).text)
        assert foreign(status, lang) == []
        assert [one for one in told[lang] if one not in status or one not in report] == []


def test_ingest_says_in_vietnamese_what_became_of_each_file(shell: Shell, home: Path) -> None:
    told = [". ".join(said(home / "inbox" / f"{name}.csv", "vi")) for name in THREE]
    text = shell("ingest", "--as-of", DAY.isoformat()).text
    assert foreign(text, "vi") == []
    assert [one for one in told if f".csv: BỊ TỪ CHỐI: {one}\n" not in text] == []


def test_the_night_says_on_stderr_in_english_what_needs_somebody(shell: Shell, home: Path) -> None:
    told = [said(home / "inbox" / f"{name}.csv", "en") for name in THREE]
    done = shell("nightly", "--as-of", DAY.isoformat())
    assert foreign(done.err, "en") == []
    assert [why for why, tip in told if f".csv: refused: {why}\n  → {tip}\n" not in done.err] == []


def test_a_refused_file_may_be_called_by_bytes_that_are_no_text(shell: Shell, home: Path) -> None:
    (home / "inbox" / os.fsdecode(b"tep_\xe2.csv")).write_bytes(WRONG["no_feed"])
    assert shell("nightly", "--as-of", DAY.isoformat()).code == 3
    assert "tep_\\udce2.csv: dòng 1: các tên cột không hợp với nguồn nào đã biết" in shell("status").text


def test_no_refusal_quotes_a_cell(shell: Shell, home: Path) -> None:
    deliver(home / "inbox", *WRONG)
    shell("nightly", "--as-of", DAY.isoformat())
    told = " ".join([shell("status").text, *mails(home)])
    assert [canary for canary in CANARIES if canary in told] == []
