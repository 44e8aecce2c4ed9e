"""What a killed run leaves behind is gone after the next one, whatever it is and whoever comes next."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from pipeline.night import home as places
from pipeline.night.generations import KEPT, generations, write_state
from pipeline.night.home import sync_folder
from tests.night.sound import leftovers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.night.conftest import Office

LEFT = ("state/.000002.new", "state/.000002.new.wal", "state/.000009.new.wal", "outbox/.doichieu-ab12.tmp")


def test_nothing_that_a_killed_run_left_outlives_the_next(office: Office) -> None:
    office.export()
    office.book()
    office.night()
    for name in LEFT:
        (office.home.folder / name).write_bytes(b"x")
    (office.home.state / ".000002.new.tmp").mkdir()
    (office.home.state / ".000002.new.tmp" / "spilled").write_bytes(b"x")
    office.night()
    assert leftovers(office.home.folder) == []


def test_a_run_that_was_killed_before_it_pruned_is_pruned_by_the_next(office: Office) -> None:
    office.export()
    office.book()
    office.night()
    for _ in range(KEPT + 1):
        write_state(office.home, office.state)
    office.night()
    assert len(generations(office.home.state)) == KEPT


def test_a_folder_that_cannot_be_synced_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(places.os, "fsync", fails)
    with pytest.raises(OSError, match=str(tmp_path)):
        sync_folder(tmp_path)
