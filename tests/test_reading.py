from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

import pytest

from pipeline import prepare, reading
from pipeline.collect import collect
from pipeline.errors import FileRefused
from pipeline.settings import load_settings
from tests.cli.files import write_book
from tests.dossiers import RECEIVED, code_of

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.read import Grid

LAST = {
    "igate.csv": ("Trạng thái", "Đang xử lý"),
    "xgate.csv": ("Trạng thái", "Đang xử lý"),
    "logbook.csv": ("Trả kết quả", "10/03/2026"),
}


class Watched:
    """read_file, and how many threads were in it at once."""

    def __init__(self) -> None:
        self._lock, self._inside, self.most = Lock(), 0, 0
        self._read = prepare.read_file

    def __call__(self, path: Path) -> tuple[Grid, ...]:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        time.sleep(0.05)  # the others would come in
        try:
            return self._read(path)
        finally:
            with self._lock:
                self._inside -= 1


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Three feeds' files; xgate's is none."""
    for name, (heading, said) in LAST.items():
        rows = [f"{code_of(number)},{RECEIVED:%d/%m/%Y},{said}" for number in range(1, 5)]
        text = "\n".join([f"Mã hồ sơ,Ngày tiếp nhận,{heading}", *rows, ""])
        (tmp_path / name).write_text("" if name == "xgate.csv" else text, encoding="utf-8")
    return [f"{name.removesuffix('.csv')}={tmp_path / name}" for name in LAST]


def test_large_files_are_read_one_after_the_other(monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    settings, watched = load_settings(), Watched()
    monkeypatch.setattr(prepare, "read_file", watched)
    requests = collect(tuple(files), frozenset(settings.feeds)).requests
    beside = reading.prepare_each(requests, settings, lambda _: None)
    assert watched.most > 1
    monkeypatch.setattr(reading, "LARGE_FILE", 1)
    watched.most = 0
    in_turn = reading.prepare_each(requests, settings, lambda _: None)
    assert watched.most == 1
    kinds = [type(one).__name__ for one in in_turn]
    assert kinds == [type(one).__name__ for one in beside] == ["Source", "Refusal", "Source"]


@pytest.mark.parametrize("then", [b"", None], ids=["emptied", "gone"])
def test_a_file_that_is_written_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: bytes | None
) -> None:
    path = write_book(tmp_path / "so_theo_doi.csv")
    read = prepare.read_file

    def overtaken(path: Path) -> tuple[Grid, ...]:
        grids = read(path)
        path.unlink() if then is None else path.write_bytes(then)
        return grids

    monkeypatch.setattr(prepare, "read_file", overtaken)
    with pytest.raises(FileRefused, match="changed while it was read"):
        prepare.prepare(path, None, load_settings())
