"""A file that ends at any byte of its last two rows: its whole rows, or a refusal that names the row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.bad_files.damages import cut_in_the_last_rows

if TYPE_CHECKING:
    from tests.bad_files.bases import Base
    from tests.bad_files.conftest import Bench

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_cut_is_seen_or_takes_whole_rows_only(bench: Bench, base: Base, encoding: str) -> None:
    encoded = replace(base, encoding=encoding)
    assert bench.wrong(encoded, cut_in_the_last_rows(encoded)) == {}
