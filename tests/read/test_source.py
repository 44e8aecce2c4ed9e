from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputRefused, IoFault, NoInput
from pipeline.read import read_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.read import Grid

    Read = Callable[..., Grid]
    Refusal = Callable[..., str]


def test_a_missing_path_is_no_input(tmp_path: Path) -> None:
    with pytest.raises(NoInput):
        read_file(tmp_path / "none.csv")
    (tmp_path / "file").write_text("x")
    with pytest.raises(NoInput):
        read_file(tmp_path / "file" / "below.csv")


def test_a_fifo_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(InputRefused, match="not a regular file"):
        read_file(tmp_path / "a.csv")


@pytest.mark.parametrize("path", ["/dev/zero", "/"])
def test_devices_and_folders_are_refused(path: str) -> None:
    with pytest.raises(InputRefused, match="not a regular file"):
        read_file(Path(path))


def test_a_fault_of_the_disk_is_an_io_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.csv").write_text("a,b\n")
    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(IoFault, match="Permission denied"):
        read_file(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b'<?xml version="1.0"?>\n<Workbook/>', "an XML document"),
    ],
)
def test_files_of_other_trades_are_called_by_name(refusal: Refusal, content: bytes, what: str) -> None:
    assert refusal(content).startswith(f"a.csv: {what}, not a table")


def test_glob_characters_in_a_name_are_only_characters(grid: Read) -> None:
    assert grid("a,b\n1,2\n", "a[1]*?.csv").cells.height == 2
