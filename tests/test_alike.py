"""Small files with one header are prepared together, and each ends as if it had come alone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from polars.testing import assert_frame_equal

from pipeline import alike
from pipeline.alike import batches, prepare_alike
from pipeline.collect import Collected, Request
from pipeline.errors import InputRefused
from pipeline.prepare import Source, prepare
from pipeline.reading import Reading, prepare_all
from pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

BOOK = "Quyển số,Số TT,Mã hồ sơ,Tên TTHC,Họ và tên,Địa chỉ,Ngày nhận,Ngày hẹn trả,Ngày trả,Ghi chú\n"
EXPORT = "Mã hồ sơ,Tên thủ tục hành chính,Chủ hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý,Trạng thái hồ sơ\n"


def line(number: int, *, year: int = 2026, received: str | None = None) -> str:
    code = f"000.17.22.H56-{year - 2000}0302-{number:04}"
    day = received or f"02/03/{year}"
    return f'{number % 7},{number},{code},"Chứng thực, chữ ký",Lò Văn Páo,Thôn {number},{day},16/3,10/03/{year},\n'


def record(number: int, status: str = "Đã trả kết quả") -> str:
    return f"000.17.22.H56-260302-{number:04},Chứng thực,Vừ Thị Dợ,02/03/2026 08:0{number % 6},16/03/2026,,{status}\n"


SOUND = "".join(map(line, range(1, 9)))
ALIKE = {
    "short dates of another year": line(1, year=2025) + line(2, year=2025, received="3/3"),
    "short dates of two years": line(1, year=2025) + line(2, received="3/3") + line(3),
    "a ditto mark in the first line": line(1, received="-nt-") + line(2, received="-nt-") + SOUND,
    "a book's number left out at the top": line(1).replace("1,", ",", 1) + SOUND,
    "a row set aside": SOUND + line(9).replace("10/03/2026", "31/02/2026"),
    "a line break in a cell": SOUND.replace("Lò Văn", '"Lò\nVăn"', 1).replace('Văn" Páo', 'Văn Páo"', 1),
    "no lines of its own style": SOUND.replace("\n", "\r\n"),
    "combining accents and rare blanks": SOUND.replace("Páo", "Pa\u0301o\u00a0"),
    "semicolons in the text": SOUND.replace("Thôn 1", "Thôn; xóm; 1"),
}
APART = {
    "a total": SOUND + "Tổng cộng: 8 hồ sơ" + "," * 9 + "\n",
    "a signature": SOUND + ",,,,,,,Người lập biểu,,\n",
    "a blank line": SOUND + "\n" + line(9),
    "a row of separators": SOUND + "," * 9 + "\n" + line(9),
    "the header once more": SOUND + BOOK + line(9),
    "a row of column numbers": ",".join(f"({n})" for n in range(1, 11)) + "\n" + SOUND,
    "a second row of headings": ",,,,,,,,,Cơ quan chủ trì giải quyết\n" + SOUND,
    "a row too short": SOUND + "1,9,000.17.22.H56-260302-0009,Chứng thực\n",
    "a row too long": SOUND + line(9).replace("\n", ",,x\n"),
    "no end": SOUND.removesuffix("\n"),
    "cut off": SOUND + "1,9,000.17.22",
    "a stray quote": SOUND + line(9).replace("Lò", '"Lò'),
    "two stray quotes": SOUND + line(9).replace("Lò", 'L"ò" x'),
    "a zero byte": SOUND.replace("Páo", "P\0o", 1),
    "old Macintosh line ends": SOUND.replace("\n", "\r", 3),
    "the font of before Unicode": SOUND.replace("Lò Văn Páo", "NguyÔn V¨n ThÞ §øc").replace("Chứng thực, chữ ký", "x"),
    "nothing but the header": "",
    "another separator": SOUND.replace(",", ";"),
}


@cache
def settings() -> Settings:
    return load_settings()


@pytest.fixture
def requests(tmp_path: Path) -> Callable[..., list[Request]]:
    def write(*bodies: str | bytes, header: str = BOOK, feed: str | None = "logbook") -> list[Request]:
        paths = [tmp_path / f"so_{number}.csv" for number in range(len(bodies))]
        for path, body in zip(paths, bodies, strict=True):
            path.write_bytes(header.encode() + (body if isinstance(body, bytes) else body.encode()))
        return [Request(path, feed) for path in paths]

    return write


def told(source: Source) -> tuple[object, ...]:
    table = source.table
    return (
        *(source.file, source.feed, source.missing_numbers, table.facts, table.header_rows, table.counts),
        *(dict(table.headings), table.unknown_headings, table.outranked_headings, table.missing_expected),
        *(table.path, table.encoding, table.delimiter, table.sheet, table.ignored_sheets),
    )


def alone(request: Request) -> Source | tuple[str, str]:
    """What `prepare` makes of a file: its source, or message and tip of its refusal."""
    try:
        return prepare(request.path, request.feed, settings())
    except InputRefused as fault:
        return fault.message, fault.tip or ""


def assert_as_alone(reading: Reading, asked: list[Request]) -> None:
    expected = [alone(request) for request in asked]
    refused = [one for one in expected if not isinstance(one, Source)]
    assert [(refusal.fault.message, refusal.fault.tip) for refusal in reading.refusals] == refused
    for source, its in zip(reading.sources, (one for one in expected if isinstance(one, Source)), strict=True):
        assert told(source) == told(its)
        for frame, its_frame in zip(frames(source), frames(its), strict=True):
            assert_frame_equal(frame, its_frame)


def frames(source: Source) -> tuple[pl.DataFrame, ...]:
    split, table = source.split, source.table
    return split.accepted, split.quarantined, split.reasons, table.rows, table.not_data


def read(asked: list[Request]) -> Reading:
    return prepare_all(Collected(asked), settings(), lambda _: None)


@pytest.mark.parametrize("body", ALIKE.values(), ids=ALIKE)
def test_plain_files_are_prepared_together_and_end_as_if_alone(
    requests: Callable[..., list[Request]], body: str
) -> None:
    asked = requests(SOUND, body, SOUND, body)
    assert None not in prepare_alike(asked, settings())
    assert_as_alone(read(asked), asked)


@pytest.mark.parametrize("body", [*ALIKE.values(), *APART.values()], ids=[*ALIKE, *APART])
def test_what_is_read_at_once_changes_nothing(
    requests: Callable[..., list[Request]], monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    asked = requests(SOUND, body, SOUND, body)
    is_apart = [source is None for source in prepare_alike(asked, settings())]
    monkeypatch.setattr(alike, "BLOCK", 1)
    assert [source is None for source in prepare_alike(asked, settings())] == is_apart
    assert_as_alone(read(asked), asked)


def test_unpaired_quotes_of_two_files_do_not_pair_up(requests: Callable[..., list[Request]]) -> None:
    stray = SOUND + line(9).replace("Lò", '"Lò')
    asked = requests(SOUND, stray, stray, SOUND)
    assert [source is None for source in prepare_alike(asked, settings())] == [False, True, True, False]
    assert_as_alone(read(asked), asked)


@pytest.mark.parametrize("body", APART.values(), ids=APART)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_file_with_anything_else_in_it_goes_its_own_way(
    requests: Callable[..., list[Request]], body: str, *, is_first: bool
) -> None:
    asked = requests(*((body, SOUND) if is_first else (SOUND, body)), SOUND)
    is_apart = [source is None for source in prepare_alike(asked, settings())]
    assert is_apart[not is_first]
    is_refused = 'L"ò' in body or (is_first and ";" in body)
    assert sum(is_apart) == (3 if is_refused else 1)
    assert_as_alone(read(asked), asked)


def test_a_few_lines_in_an_old_font_are_found_among_many_others(requests: Callable[..., list[Request]]) -> None:
    asked = requests(*[SOUND] * 9, "".join(map(line, range(1, 4))).replace("Lò Văn Páo", "NguyÔn V¨n §øc"))
    assert [source is None for source in prepare_alike(asked, settings())] == [False] * 9 + [True]
    assert_as_alone(read(asked), asked)


def test_a_second_row_of_headings_is_found_where_it_looks_like_data(requests: Callable[..., list[Request]]) -> None:
    header = "Mã hồ sơ,Tên TTHC,Họ và tên,Ngày nhận,Ngày hẹn trả,Ngày trả,Ghi chú,Thông tin\n"
    row = "000.17.22.H56-260302-0001,Chứng thực,Tô Hà,02/03/2026,16/03/2026,,,Bế Ân\n"
    asked = requests(row, ",,,,Ngày hẹn trả,Ngày trả,Ghi chú,Cán bộ thụ lý\n" + row, header=header)
    assert [source is None for source in prepare_alike(asked, settings())] == [False, True]
    assert_as_alone(read(asked), asked)


def test_quotes_that_would_pair_across_files_are_those_of_each_file(requests: Callable[..., list[Request]]) -> None:
    opening = SOUND + line(9).replace(",Lò", ',"Lò')
    closing = line(1) + line(2).replace("Páo,", 'Páo",')
    asked = requests(opening, closing, SOUND)
    assert [source is None for source in prepare_alike(asked, settings())] == [True, True, False]
    assert_as_alone(read(asked), asked)


def test_exports_are_told_apart_from_books_and_by_the_name_of_their_file(
    requests: Callable[..., list[Request]], tmp_path: Path
) -> None:
    books = requests(SOUND, SOUND, feed=None)
    exports = [Request(tmp_path / name) for name in ("igate_1.csv", "xgate_1.csv", "igate_2.csv", "bao_cao.csv")]
    for number, request in enumerate(exports):
        request.path.write_text(EXPORT + "".join(map(record, range(number, 6))), encoding="utf-8")
    asked = [books[0], *exports, books[1]]
    assert sorted(batches(asked, settings().feeds)) == [[0, 5], [1, 3], [2], [4]]
    assert_as_alone(read(asked), asked)


def test_a_file_that_is_no_utf_8_is_read_as_what_it_is(requests: Callable[..., list[Request]]) -> None:
    header = "Ma ho so,Ten thu tuc hanh chinh,Chu ho so,Ngay tiep nhan,Ngay hen tra,Trang thai ho so\n"
    row = "000.17.22.H56-260302-0001,Khai sinh,{},02/03/2026,16/03/2026,Xong\n"
    legacy = row.format("Lê Thi\u0323 Mơ").encode("cp1258")
    asked = requests(row.format("Tô Hà"), legacy, row.format("Bế Ân"), header=header, feed="igate")
    assert_as_alone(read(asked), asked)


def test_a_batch_ends_where_it_would_grow_too_large(
    requests: Callable[..., list[Request]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = requests(SOUND, SOUND, SOUND)
    monkeypatch.setattr(alike, "MOST", 2 * asked[0].path.stat().st_size)
    assert batches(asked, settings().feeds) == [[0, 1], [2]]
    monkeypatch.setattr(alike, "SMALL", 10)
    assert batches(asked, settings().feeds) == [[0], [1], [2]]
    assert_as_alone(read(asked), asked)


def test_the_largest_is_read_first_and_all_are_told_in_the_order_they_were_named(
    requests: Callable[..., list[Request]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "SMALL", 10)
    asked = requests(SOUND, SOUND + line(9), SOUND + line(9) + line(10))
    assert batches(asked, settings().feeds) == [[2], [1], [0]]
    assert [source.file for source in read(asked).sources] == [str(request.path) for request in asked]


def test_a_file_that_is_not_there_is_told_as_ever(requests: Callable[..., list[Request]]) -> None:
    asked = requests(SOUND, SOUND)
    asked[1].path.unlink()
    asked[1].path.mkdir()
    assert_as_alone(read(asked), asked)
