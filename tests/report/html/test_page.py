from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import date
from typing import Any

import polars as pl
import pytest

from pipeline.report.html.page import render_page
from tests.report.nights import make_night, one_entry, sample_night
from tests.report.outcomes import make_outcome, one_mismatch, sample

TREND = pl.DataFrame({"day": [date(2026, 3, 30), date(2026, 3, 31)], "work": [5, 4], "other": [1, 2]})


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def told(page: str, column: str) -> list[str | None]:
    """A column's texts, line by line."""
    data = data_of(page)
    texts = [None, *data["texts"][column]]
    return [texts[code] for code in data["codes"][column]]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_same_input_gives_the_same_bytes(lang: str) -> None:
    outcome = sample(lang)
    assert render_page(outcome) == render_page(outcome)
    assert render_page(sample_night(), TREND) == render_page(sample_night(), TREND)


def test_names_are_in_full() -> None:
    assert told(render_page(make_outcome(one_mismatch())), "applicant_name") == ["Nguyễn Thị Thử"]


def test_long_numbers_are_left_out_wherever_people_write() -> None:
    phone = "0987 654 321"
    columns = ("applicant_name", "procedure_name", "field_name", "book_no", "line_no")
    page = render_page(make_night(one_entry(**dict.fromkeys(columns, f"Thử {phone}"))))
    assert phone not in page
    assert told(page, "applicant_name") == ["Thử …"]


def test_a_word_that_m12_quotes_loses_its_numbers_and_other_details_keep_theirs() -> None:
    text = "«Thử 0987654321»"
    lines = [one_entry(number, rule_id=rule, detail=text) for number, rule in enumerate(("M01", "M12"), start=1)]
    assert told(render_page(make_night(*lines)), "detail") == [text, "«Thử …»"]


def test_nothing_from_data_can_end_the_element_that_carries_it() -> None:
    bad = "</script><!--<script>&\u2028\u2029"
    page = render_page(make_outcome(one_mismatch(detail=bad, dossier_code=bad)))
    assert page.count("</script>") == 2
    assert told(page, "dossier_code") == ["</script><!--<script>&"]
    assert "\u2028" not in page


def test_the_policy_allows_our_script_and_style_and_nothing_else() -> None:
    page = render_page(sample("vi"))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    for name, text in re.findall(r"<(script|style)>(.*?)</(?:script|style)>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert "unsafe" not in policy[1]


def test_nothing_comes_from_outside() -> None:
    page = re.sub(r'xmlns(:\w+)?="[^"]*"', "", render_page(sample_night(), TREND))
    assert re.findall(r"(?i)https?:|//[a-z]|<link|<iframe|<img|@import|url\((?!#)| style=|\son\w+=", page) == []


def test_ids_are_unique() -> None:
    ids = re.findall(r'\sid="([^"]*)"', render_page(sample_night(), TREND))
    assert len(ids) == len(set(ids))


def test_the_work_comes_first_and_what_is_lost_after_what_can_be_saved() -> None:
    lines = [
        one_entry(1, rule_id="M08", rule="dates_differ"),
        one_entry(2, urgency="overdue", close_by=None, due_on=date(2026, 3, 27)),
        one_entry(3),
    ]
    assert told(render_page(make_night(*lines)), "rule_id") == ["M01", "M01", "M08"]
    assert told(render_page(make_night(*lines)), "close_by")[0] == "2026-04-10"


def test_a_day_that_has_passed_since_the_line_was_judged_saves_nothing_any_more() -> None:
    page = render_page(make_night(one_entry(close_by=date(2026, 3, 30), urgency="due_soon")))
    assert (told(page, "urgency"), told(page, "close_by")) == (["overdue"], [None])


def test_a_line_carries_its_links_evidence_where_the_links_are_known() -> None:
    line = one_mismatch()
    link = {name: line[name] for name in ("logbook_file", "logbook_row", "feed", "feed_file", "feed_row")}
    outcome = make_outcome(line)
    link |= {"method": "exact", "score": 0.98, "needs_review": False, "evidence": "trùng mã; trùng tên"}
    links = pl.DataFrame([link], schema=outcome.links.schema)
    assert told(render_page(make_outcome(line, links=links)), "evidence") == ["trùng mã; trùng tên"]
    assert told(render_page(outcome), "evidence") == [None]


def test_an_outcome_alone_tells_no_news_and_draws_no_line() -> None:
    page = render_page(sample("vi"))
    assert "báo cáo đầu tiên" not in page
    assert "Đã xong" not in page
    assert 'chart-trend"' not in page
    assert 'chart-timeliness"' in page


def test_a_night_tells_its_news_its_banners_and_its_trend() -> None:
    page = render_page(sample_night(), TREND)
    assert "2 hồ sơ mới phát hiện, 2 hồ sơ đã xử lý xong" in page
    assert "BỊ GIỮ LẠI" in page
    assert 'chart-trend"' in page
    assert '<td class="number">4</td>' in page


def test_the_page_speaks_english_too() -> None:
    page = render_page(sample("en"))
    assert '<html lang="en"' in page
    assert data_of(page)["about"]["ui"]["search"] == "Search"
    assert re.findall(r"Số liệu|Biểu đồ|Từng dòng", page) == []


def test_a_chart_shows_ten_bars_and_the_rest_in_one() -> None:
    lines = [one_mismatch(field_name=f"Lĩnh vực {number:02}", logbook_row=number) for number in range(13)]
    page = render_page(make_outcome(*lines))
    assert "Còn lại (3)" in page
    assert ">Lĩnh vực 09<" in page
    assert ">Lĩnh vực 10<" not in page
