"""Workbooks cut off, with bytes turned over, or made to burst: the same rows or a refusal, and never for long."""

from __future__ import annotations

import io
import zipfile
from random import Random
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from tests.bad_files.bases import export
from tests.bad_files.oracle import DAYS, SAID

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bad_files.bases import Base
    from tests.bad_files.conftest import Bench

CUTS, TURNED = 120, 200
SHEET = "xl/worksheets/sheet1.xml"

pytestmark = pytest.mark.slow


def workbook(base: Base) -> bytes:
    page = io.BytesIO()
    with xlsxwriter.Workbook(page, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, record in enumerate(base.records):
            for place, cell in enumerate(record):
                if cell:
                    sheet.write_string(number, place, cell)
    return page.getvalue()


def rezipped(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    page = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return page.getvalue()


def assert_the_same_or_refused(bench: Bench, content: bytes, *, must_refuse: bool = False) -> None:
    base = export()
    found = bench.read(content, base, "xgate.xlsx")
    if found.refusal is not None:
        assert found.refusal.startswith("xgate.xlsx: ")
        return
    assert not must_refuse
    clean = bench.undamaged(base).reading
    names = [*SAID["xgate"], *DAYS["xgate"]]
    said = {row: {name: one[name] for name in names} for row, one in found.accepted.items()}
    assert said == {row: {name: one[name] for name in names} for row, one in clean.accepted.items()}
    assert found.quarantined == clean.quarantined


def test_a_workbook_says_what_the_text_says(bench: Bench) -> None:
    content = workbook(export())
    assert_the_same_or_refused(bench, content)
    assert bench.read(content, export(), "xgate.xlsx").refusal is None


def test_a_workbook_cut_anywhere_is_refused(bench: Bench) -> None:
    content = workbook(export())
    for number in range(CUTS):
        assert_the_same_or_refused(bench, content[: 1 + len(content) * number // CUTS], must_refuse=True)


def test_a_workbook_with_a_byte_turned_over_is_refused_or_the_same(bench: Bench) -> None:
    content, random = workbook(export()), Random(7)  # noqa: S311 -- a test's dice
    for _ in range(TURNED):
        place = random.randrange(len(content))
        turned = content[:place] + bytes([content[place] ^ 1 << random.randrange(8)]) + content[place + 1 :]
        assert_the_same_or_refused(bench, turned)


def blown_up(name: str, part: bytes) -> bytes:
    return part.replace(b"<sheetData>", b"<sheetData>" + b" " * 2 * 10**8) if name == SHEET else part


def far_away(name: str, part: bytes) -> bytes:
    return part.replace(b'r="A1"', b'r="XFD1048576"') if name == SHEET else part


def laughing(name: str, part: bytes) -> bytes:
    lines = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12)]
    entities = f'<!DOCTYPE s [<!ENTITY l0 "ha">{"".join(lines)}]>'.encode()
    if name != "xl/sharedStrings.xml":
        return part
    head, _, rest = part.partition(b"?>")
    return head + b"?>" + entities + rest.replace(b"<t>", b"<t>&l11;", 1)


def reading_a_file(name: str, part: bytes) -> bytes:
    if name != "xl/sharedStrings.xml":
        return part
    head, _, rest = part.partition(b"?>")
    return head + b'?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rest.replace(b"<t>", b"<t>&x;", 1)


@pytest.mark.parametrize("bomb", [blown_up, far_away])
def test_a_bomb_is_refused_before_it_bursts(bench: Bench, bomb: Callable[[str, bytes], bytes]) -> None:
    assert_the_same_or_refused(bench, rezipped(workbook(export()), bomb), must_refuse=True)


@pytest.mark.parametrize("bomb", [laughing, reading_a_file])
def test_entities_are_never_replaced(bench: Bench, bomb: Callable[[str, bytes], bytes]) -> None:
    found = bench.read(rezipped(workbook(export()), bomb), export(), "xgate.xlsx")
    assert "root:" not in repr(found)
    assert len(repr(found)) < 200_000


def test_a_part_that_says_a_false_size_is_refused_or_the_same(bench: Bench) -> None:
    content = workbook(export())
    place = content.find(b"PK\x01\x02")
    for size in (0, 1, 2**31, 2**32 - 1):
        lying = content[: place + 24] + size.to_bytes(4, "little") + content[place + 28 :]
        assert_the_same_or_refused(bench, lying)


def test_a_zip_within_a_zip_is_no_workbook(bench: Bench) -> None:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w") as outer:
        outer.writestr("xgate.xlsx", workbook(export()))
    assert_the_same_or_refused(bench, page.getvalue(), must_refuse=True)
