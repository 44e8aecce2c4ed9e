"""The page as chromium shows it. Every test also asserts a silent console and no request but for the file itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipeline.report.html.page import write_page
from schemas.contract import MISMATCH_COLUMNS
from tests.report.html.browser import Reader, needs_chromium, opened, started
from tests.report.nights import make_night, one_entry, sample_night

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from pipeline.report.night import Night

pytestmark = [pytest.mark.slow, needs_chromium]

MANY = 50_000
SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as one:
        yield one


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "doichieu.html"
    write_page(sample_night(), file)
    return file


@pytest.fixture
def reader(browser: Browser, sample: Path) -> Iterator[Reader]:
    with opened(browser, sample) as one:
        yield one


def many_lines() -> Night:
    """A province's night: as many lines as the issue names."""
    number = pl.int_range(MANY, dtype=pl.UInt32)
    lines = pl.concat([make_night(one_entry()).open] * MANY).with_columns(
        dossier_code="H56.17.22-260320-" + number.cast(pl.String).str.zfill(5),
        applicant_name="Nguyễn Thị Thử " + (number % 9973).cast(pl.String),
        logbook_row=number,
    )
    night = make_night()
    return replace(night, open=lines, outcome=replace(night.outcome, mismatches=lines.select(MISMATCH_COLUMNS)))


def serials(codes: list[str]) -> list[int]:
    return [int(code.rsplit("-", 1)[1]) for code in codes]


def test_all_lines_are_shown_with_the_work_first(reader: Reader) -> None:
    assert reader.shown() == "11 trên 11 dòng"
    assert serials(reader.codes())[:3] == [1, 9, 2]


def test_a_heading_sorts_up_then_down_then_not_at_all(reader: Reader) -> None:
    first = reader.codes()
    reader.sort_by("Mã hồ sơ")
    assert serials(reader.codes()) == list(range(1, 12))
    assert reader.page.locator("#table [aria-sort=ascending]").count() == 1
    reader.sort_by("Mã hồ sơ")
    assert serials(reader.codes()) == list(range(11, 0, -1))
    reader.sort_by("Mã hồ sơ")
    assert reader.codes() == first


def test_lines_without_a_value_come_last_in_both_directions(reader: Reader) -> None:
    for _ in range(2):
        reader.sort_by("Cán bộ")
        assert serials(reader.codes())[-1] == 5


def test_filters_narrow_together_and_are_cleared_by_one_button(reader: Reader) -> None:
    reader.choose("Quy tắc", "M01")
    assert reader.shown() == "7 trên 11 dòng"
    reader.choose("Cán bộ", "Lê Thị Ví Dụ")
    assert serials(reader.codes()) == [1]
    reader.page.get_by_role("button", name="Bỏ lọc").click()
    assert reader.shown() == "11 trên 11 dòng"


def test_doubtful_lines_are_told_apart(reader: Reader) -> None:
    reader.choose("Độ chắc", "cần kiểm tra")
    assert serials(reader.codes()) == [7]


def test_the_search_needs_no_accents_and_finds_each_word(reader: Reader) -> None:
    reader.search("vi du chung thuc")
    assert serials(reader.codes()) == [1, 8]


def test_a_search_without_a_hit_says_so(reader: Reader) -> None:
    reader.search("không ai cả")
    assert reader.texts("#table tbody td") == ["Không có dòng nào hợp với bộ lọc."]


def test_a_line_opens_its_evidence_and_both_rows_by_keyboard(reader: Reader) -> None:
    button = reader.page.locator("#table tbody button").first
    button.focus()
    reader.page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    told = reader.page.locator(".evidence").inner_text()
    for words in ("Sổ ghi đã trả", "so_theo_doi.xlsx:11", "igate.csv:11", "25/03/2026", "trùng mã", "0,9877"):
        assert words in told
    reader.page.keyboard.press("Enter")
    assert reader.page.locator(".evidence").count() == 0


def test_each_chart_has_a_name_and_its_numbers_as_a_table(reader: Reader) -> None:
    charts = reader.page.locator("figure.chart")
    assert charts.count() == 4
    assert reader.page.locator("figure.chart > svg[role=img][aria-label]").count() == 4
    charts.first.locator("summary").click()
    assert charts.first.get_by_role("table").is_visible()


def test_every_control_has_a_name(reader: Reader) -> None:
    nameless = "[...document.querySelectorAll('input, select')].filter(one => !one.labels.length).length"
    assert reader.page.evaluate(nameless) == 0
    assert "" not in reader.texts("button")


def test_small_tables_sort(reader: Reader) -> None:
    table = reader.page.locator("table.sortable").first
    table.get_by_role("button", name="Cán bộ").click()
    table.get_by_role("button", name="Cán bộ").click()
    assert reader.texts("table.sortable >> nth=0 >> tbody th")[:2] == ["(chưa rõ cán bộ)", "Lê Thị Ví Dụ"]


@pytest.mark.parametrize("width", [320, 375, 1200])
def test_nothing_is_wider_than_the_screen(browser: Browser, sample: Path, width: int) -> None:
    with opened(browser, sample, width) as reader:
        reader.page.locator("#table tbody button").first.click()
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_prints_on_a4_with_all_filtered_lines(reader: Reader) -> None:
    pdf = reader.page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594.95996 841.91998]" in pdf or b"/MediaBox [0 0 595" in pdf


def test_names_that_look_like_scripts_stay_text(browser: Browser, tmp_path: Path) -> None:
    everywhere = dict.fromkeys(("applicant_name", "procedure_name", "officer", "field_name", "detail"), SCRIPT)
    file = tmp_path / "names.html"
    write_page(make_night(one_entry(**everywhere, feed_status=SCRIPT, logbook_file=SCRIPT)), file)
    with opened(browser, file) as reader:
        reader.page.locator("#table tbody button").first.click()
        assert SCRIPT in reader.page.locator("#table").inner_text()
        assert reader.page.locator("img, script:not(:nth-last-of-type(-n+2))").count() == 0


def test_a_night_without_a_line_opens(browser: Browser, tmp_path: Path) -> None:
    write_page(make_night(), tmp_path / "none.html")
    with opened(browser, tmp_path / "none.html") as reader:
        assert reader.shown() == "0 trên 0 dòng"


def test_fifty_thousand_lines_do_not_freeze(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "many.html"
    write_page(many_lines(), file)
    assert file.stat().st_size < 20_000_000
    with opened(browser, file) as reader:
        opened_in = reader.page.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart")
        assert opened_in < 15_000  # a fifth of that on an idle machine
        assert reader.shown() == "50.000 trên 50.000 dòng"
        assert reader.page.locator("#table tbody tr").count() == 100
        reader.search("thu 9972")
        assert reader.shown() == "9 trên 50.000 dòng"  # 5 of that name, 4 more with that serial
        reader.search("260320-0")
        reader.page.get_by_role("button", name="Cuối").first.click()
        assert serials(reader.codes())[-1] == 9_999
        reader.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert reader.page.locator("#table tbody tr").count() == 1_000
        assert "1.000 dòng đầu trên 10.000" in reader.page.locator("#cut").inner_text()
