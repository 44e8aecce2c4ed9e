"""A file of given bytes, and the message of its refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputRefused
from pipeline.read import Grid, read_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def grid(tmp_path: Path) -> Callable[..., Grid]:
    def read(content: bytes | str, name: str = "a.csv") -> Grid:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (only,) = read_file(path)
        return only

    return read


@pytest.fixture
def refusal(grid: Callable[..., Grid]) -> Callable[..., str]:
    def message(content: bytes | str, name: str = "a.csv") -> str:
        with pytest.raises(InputRefused) as caught:
            grid(content, name)
        assert caught.value.tip
        return caught.value.message

    return message
