"""Each separator, quote and line end of thirty rows removed or added: 5,000 files, none of which may be misread."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from tests.bad_files.bases import book, export
from tests.bad_files.damages import in_each_cell, with_one_more, without_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bad_files.bases import Base
    from tests.bad_files.conftest import Bench
    from tests.bad_files.damages import Damaged

CHUNKS = 4  # tests that the workers share
BASES = {"export": export, "book": book}
WAYS: dict[str, Callable[[Base, str], Iterator[Damaged]]] = {
    "removed": without_each,
    "added": with_one_more,
    "in a cell": in_each_cell,
}
MARKS = {
    "separator": lambda base: base.separator,
    "quote": lambda _: '"',
    "line end": lambda base: base.line_end,
}

FAMILIES = [
    (name, mark, way)
    for name in BASES
    for mark in MARKS
    for way in WAYS
    if (name, way) != ("book", "in a cell")  # the export's cells are in no quotes, which is harder
    if (name, mark, way) not in {("export", "quote", "removed"), ("export", "quote", "added")}  # it has none
]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize(("name", "mark", "way"), FAMILIES)
def test_a_character_too_few_or_too_many_is_never_misread(
    bench: Bench, name: str, mark: str, way: str, chunk: int
) -> None:
    base = BASES[name]()
    assert bench.wrong(base, islice(WAYS[way](base, MARKS[mark](base)), chunk, None, CHUNKS)) == {}


def test_these_are_thousands_of_files() -> None:
    counts = [sum(1 for _ in WAYS[way](BASES[name](), MARKS[mark](BASES[name]()))) for name, mark, way in FAMILIES]
    assert sum(counts) > 5_000
