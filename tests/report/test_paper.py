"""The paper as Word sees it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipeline.period import period_of
from pipeline.report.paper.page import render_document
from pipeline.report.paper.words import period_name
from pipeline.report.paper.write import make_document
from pipeline.report.phrases import load_phrases
from tests.report.nights import make_night
from tests.report.outcomes import AS_OF, make_outcome, sample
from tests.report.papers import FORM, FORM_TYPES, OFFICE, form_row, make_facts, opened, shown

if TYPE_CHECKING:
    from docx.shared import Length

    from pipeline.report.paper.facts import PaperFacts

GOLDEN = Path(__file__).parent / "golden"


def paper(lang: str = "vi", facts: PaperFacts | None = None) -> bytes:
    return render_document(make_document(sample(lang), facts or make_facts(), OFFICE), lang, AS_OF)


def text(facts: PaperFacts | None = None) -> str:
    return shown(paper(facts=facts))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_paper_reads_as_it_did(lang: str) -> None:
    assert shown(paper(lang)) == (GOLDEN / f"paper_{lang}.txt").read_text("utf-8")


def test_the_same_figures_give_the_same_bytes() -> None:
    assert paper() == paper()


# what it says


def test_a_form_that_does_not_add_up_says_so_above_its_first_number() -> None:
    wrong = form_row("book", "Hộ tịch", 1208, 10, 1190, 9, 1204, 1106, 92, 6, 4, 3, 1)
    said = text(make_facts(form=pl.DataFrame([FORM[0], wrong], schema=FORM_TYPES)))
    warning = "KHÔNG CÂN, CHƯA ĐƯỢC DÙNG: sau đối chiếu sổ, lĩnh vực Hộ tịch: (3) = (4) + (5) + (6) không đúng."
    assert 0 < said.index(warning) < said.index("Tổng số hồ sơ phải giải quyết")


def test_a_form_that_adds_up_says_nothing() -> None:
    assert "KHÔNG CÂN" not in text()


def test_without_a_history_nothing_is_said_to_have_been_found_or_put_right() -> None:
    said = text(make_facts(history_from=None, changed=make_facts().changed.clear()))
    assert "Đến hết ngày 31/03/2026 có 7 sai lệch" in said
    assert "Đã xử lý trong kỳ" not in said


def test_a_history_older_than_the_period_needs_no_word() -> None:
    assert "được ghi lại từ ngày" in text()
    assert "được ghi lại từ ngày" not in text(make_facts(history_from=AS_OF.replace(month=1)))


def test_lists_without_rows_are_left_out_and_the_next_moves_up() -> None:
    without_held = {"held_elsewhere": make_facts().held_elsewhere.clear()}
    said = text(make_facts(**without_held))
    assert "LIÊN THÔNG" not in said
    assert "Danh sách tại Phụ lục II." in said
    assert "Phụ lục II\nHỒ SƠ QUÁ HẠN CHỈ TRÊN PHẦN MỀM" in said
    assert "Phụ lục II\n" not in text(make_facts(**without_held, late_only=make_facts().late_only.clear()))


def test_a_long_list_is_cut_and_says_so() -> None:
    assert "Còn 1 hồ sơ khác" in text(make_facts(late_only=pl.concat([make_facts().late_only] * 301)))
    assert "hồ sơ khác:" not in text()


def test_a_missing_side_is_told() -> None:
    covered = make_facts().covered
    assert "Không có sổ theo dõi" in text(make_facts(covered=covered.head(1)))
    assert "Không có bản xuất phần mềm" in text(make_facts(covered=covered.tail(1)))


def test_sources_that_cover_the_period_and_more_lack_nothing() -> None:
    assert "có thể thiếu" in text()
    whole = make_facts().covered.with_columns(covers_from=AS_OF.replace(month=1), covers_until=AS_OF)
    said = text(make_facts(covered=whole))
    assert "có thể thiếu" not in said
    assert "không có hồ sơ tiếp nhận sau ngày" not in said


def test_a_source_in_trouble_stands_above_the_numbers() -> None:
    night = make_night()
    held = night.sources.head(1).with_columns(verdict=pl.lit("held"), message=pl.lit("thiếu dòng"))
    said = shown(render_document(make_document(replace(night, sources=held), make_facts(), OFFICE), "vi", AS_OF))
    assert 0 < said.index("BỊ GIỮ LẠI; thiếu dòng") < said.index("I. KẾT QUẢ GIẢI QUYẾT")


def test_nobody_but_officers_is_named() -> None:
    assert "Nguyễn Thị Thử" in sample("vi").mismatches["applicant_name"]
    assert "Nguyễn Thị Thử" not in text()
    assert "Trần Văn Mẫu" in text()


def test_an_office_that_says_nothing_of_itself_gets_dots_to_fill_in() -> None:
    said = shown(render_document(make_document(make_outcome(), make_facts(), {}), "vi", AS_OF))
    assert "ỦY BAN NHÂN DÂN / XÃ …" in said
    assert "- Lưu: VT." in said


def test_text_that_no_docx_can_hold_is_left_out() -> None:
    odd = make_facts().late_only.with_columns(field_name=pl.lit("Hộ\x01 tịch\ufffe <b>"))
    assert "Hộ tịch <b>" in text(make_facts(late_only=odd))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("week", "tuần 14 năm 2026"),
        ("month", "tháng 3 năm 2026"),
        ("quarter", "quý I năm 2026"),
        ("half-year", "6 tháng đầu năm 2026"),
        ("year", "năm 2026"),
    ],
)
def test_each_kind_of_period_has_its_name(kind: str, name: str) -> None:
    assert period_name(period_of(kind, AS_OF), load_phrases("vi")) == name


# how it looks: NĐ 30/2020/NĐ-CP


def millimetres(*lengths: Length | None) -> list[int]:
    return [round(length.mm) for length in lengths if length is not None]


def test_the_body_is_upright_a4_with_the_decrees_margins() -> None:
    first = opened(paper()).sections[0]
    assert millimetres(first.page_width, first.page_height) == [210, 297]
    edges = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    assert millimetres(*edges) == [20, 20, 30, 20]


def test_the_form_lies_across_the_page() -> None:
    second = opened(paper()).sections[1]
    assert millimetres(second.page_width, second.page_height) == [297, 210]


def test_letters_are_times_new_roman_14_also_for_east_asian_and_complex_text() -> None:
    style = opened(paper()).styles["Normal"]
    assert style.element.xml.count('="Times New Roman"') == 4
    assert '<w:sz w:val="28"/>' in style.element.xml


def test_only_the_first_page_has_no_number() -> None:
    sections = list(opened(paper()).sections)
    assert [one.different_first_page_header_footer for one in sections] == [True] + [False] * (len(sections) - 1)
    assert "PAGE" in sections[0].header.paragraphs[0]._p.xml
    assert sections[0].first_page_header.is_linked_to_previous  # to nothing
    assert all(one.header.is_linked_to_previous for one in sections[1:])


def test_the_head_is_a_table_of_two_by_two_without_lines() -> None:
    head = opened(paper()).tables[0]
    assert (len(head.rows), len(head.columns)) == (2, 2)
    assert "Borders" not in head._tbl.xml
    assert head.style is not None
    assert head.style.name == "Normal Table"


def test_the_head_of_a_ruled_table_repeats_on_each_page() -> None:
    form = opened(paper()).tables[5]
    assert [row._tr.xml.count("<w:tblHeader") for row in form.rows] == [1, 1, 1, 0, 0, 0]


def test_the_parts_of_a_table_stand_in_the_order_that_word_demands() -> None:
    for table in opened(paper()).tables:
        order = [child.tag.rpartition("}")[2] for child in table._tbl.tblPr]
        known = ("tblStyle", "tblW", "jc", "tblLayout", "tblCellMar", "tblLook")
        assert order == [name for name in known if name in order]
