"""What people and programs put into cells and file names by mistake or by malice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bad_files.oracle import DAYS, SAID

if TYPE_CHECKING:
    from tests.bad_files.bases import Base
    from tests.bad_files.conftest import Bench

ROW = 12  # position of the row that suffers
STRINGS = [
    *("=1+1", "+84987601234", "-1"),
    *("@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example","x")', "＝1+1"),
    *("'; drop table case_record; --", "' or 1=1", "$1", "$name", "{0}"),
    *("{{7*7}}", "{% raw %}", "%s%n", "%00", "${jndi:x}"),
    *("<script>alert(1)</script>", "<b>đậm</b>", "&amp;&lt;", "]]>", "<!--"),
    *("\\", "\\\\", "\\n", "\\u0000", "C:\\a\\b"),
    *("null", "NULL", "None", "NaN", "nan", "inf", "-Infinity"),
    *("true", "N/A", "#N/A", "#REF!", "undefined", "0", "-0"),
    *("1e309", "0x1F", "١٢٣", "१२३", "٤٥٦٧٨", "٠٥/٠١/٢٠٢٦", "٢٦٠١٠٥-٠٠٠١", "（１）"),
    *("1.000.000", "1,5", "  ", "\u00a0", "\u200b", "\ufeff", "\u2028", "\u202eabc", "\ufffd"),
    *('"', '""', '"a"', 'a"b', ";", ",", "\t", "|", "a\nb", "a\r\nb", "\n", "sep=;", "a;b,c\td|e"),
    *("👍🏽", "𝔘𝔫𝔦", "Z̷̡͊a̴l̵g̶o̸", "ﷺ", "田中さん"),
    *("Ω≈ç√", "é" * 50, "a" * 40_000, "\x1b[31mred", "\x07", "\x7f"),
    *("Cộng", "Tổng cộng: 57", "Người lập biểu", "Mã hồ sơ", "nt"),
    *("-nt-", '"', "ngày 31 tháng 3 năm 2026", "I", "(1)"),
]
NOTHING = {"null", "NULL", "None", "N/A"}  # what programs write into empty cells
DITTO = {"nt", "-nt-", '"'}  # "as above", proved elsewhere
NAMES = [
    *("*.csv", "a?.csv", "[a-z].csv", "{a,b}.csv", "~.csv"),
    *("$HOME.csv", "$(touch x).csv", "`id`.csv", "a;b.csv", "a|b.csv"),
    *("-rf.csv", "--help.csv", " .csv", "a .csv", "a\nb.csv"),
    *("a\tb.csv", "\x1b[31m.csv", "%s%n.csv", "{0}.csv", "{file}.csv"),
    *("'.csv", '".csv', "a'b\"c.csv", "\\.csv", "C:\\a.csv"),
    *("http:a.csv", "s3:a.csv", "a.csv.csv", "a.CSV", "a.gz.csv"),
    *("con.csv", "nul.csv", "..a.csv", "...csv"),
    *("…\u200b.csv", "đối chiếu.csv", "\u0111o\u0302\u0301i.csv", "\u202ecsv.csv", "👍.csv"),
    *("x" * 200 + ".csv", "[][].csv", "read_csv('a').csv", "<b>.csv", "&amp;.csv", "#.csv", "a=b.csv"),
]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("place", [0, 1, 2, 4, 5, 6, 10, 11])
def test_a_naughty_cell_is_text_and_its_neighbours_stay(bench: Bench, base: Base, place: int) -> None:
    filled = {*DITTO, *NOTHING} if base.feed == "logbook" or place > 1 else NOTHING
    damages = [(string[:20], base.with_cell(ROW, place, string).text) for string in STRINGS if string not in filled]
    assert bench.wrong(base, damages) == {}


@pytest.mark.parametrize("place", [7, 8, 9])
def test_what_is_no_date_is_quarantined_or_empty(bench: Bench, base: Base, place: int) -> None:
    days = {place: name for name, place in DAYS[base.feed].items()}
    for string in STRINGS:
        found = bench.read(base.with_cell(ROW, place, string).text.encode(), base)
        said = found.accepted.get(ROW + 1, {}).get(days[place])
        told = found.quarantined.get(ROW + 1)
        assert told or said is None or string in DITTO or "2026" in string, string[:20]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_only_a_name(bench: Bench, base: Base, name: str) -> None:
    found = bench.read(base.text.encode(), base, name)
    clean = bench.undamaged(base).reading
    assert [*found.accepted, *found.quarantined] == [*clean.accepted, *clean.quarantined]
    for row, said in clean.accepted.items():
        assert {key: said[key] for key in SAID[base.feed]} == {key: found.accepted[row][key] for key in SAID[base.feed]}
    assert bench.read(b"\0" + base.text.encode(), base, name).refusal
