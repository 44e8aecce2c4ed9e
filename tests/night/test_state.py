from __future__ import annotations

import errno
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from pipeline.errors import ConfigFault, IoFault, LockBusy, NoInput, PermissionsFault
from pipeline.night import generations as disk
from pipeline.night.care import back_up, faults_of, forget
from pipeline.night.generations import (
    KEPT,
    empty_state,
    generations,
    newest_state,
    prune,
    read_state,
    restore,
    write_state,
)
from pipeline.night.home import open_home
from pipeline.night.lock import only_one
from pipeline.night.standing import last_night
from pipeline.report.health import banners
from pipeline.report.phrases import load_phrases
from pipeline.settings import load_settings
from schemas.state import LOAD, RUN, TABLES, VERSION
from tests.cli.files import ROWS, dossier
from tests.night.conftest import MONDAY

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.night.generations import State
    from tests.night.conftest import Office

NOW = datetime(2026, 3, 9, 18, tzinfo=UTC)


def named(file: str) -> State:
    """A state that one can tell from others."""
    load = pl.DataFrame([{name: {"file": file, "content_hash": file}.get(name) for name in LOAD}], schema=LOAD)
    return empty_state() | {"load": load}


def name_of(state: State) -> list[str]:
    return state["load"]["file"].to_list()


def damage(path: Path) -> None:
    """Overwrite the middle, as a bad disk does."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size // 2))


def test_a_state_comes_back_as_it_was_written(office: Office) -> None:
    assert {name: frame.schema for name, frame in newest_state(office.home).items()} == {
        name: pl.Schema(columns) for name, columns in TABLES.items()
    }
    write_state(office.home, named("a"))
    assert name_of(newest_state(office.home)) == ["a"]


def test_each_state_is_a_new_file_and_nothing_else_is_left(office: Office) -> None:
    write_state(office.home, named("a"))
    write_state(office.home, named("b"))
    assert sorted(path.name for path in office.home.state.iterdir()) == ["000001.duckdb", "000002.duckdb"]
    assert name_of(newest_state(office.home)) == ["b"]


def test_only_the_newest_generations_are_kept(office: Office) -> None:
    for number in range(KEPT + 3):
        write_state(office.home, named(str(number)))
        prune(office.home)
    assert len(generations(office.home.state)) == KEPT
    assert name_of(newest_state(office.home)) == [str(KEPT + 2)]


def test_a_damaged_state_is_refused_with_the_command_that_brings_back_the_newest_good_one(office: Office) -> None:
    for name in "abc":
        write_state(office.home, named(name))
    files = generations(office.home.state)
    damage(files[2])
    with pytest.raises(ConfigFault, match="damaged") as told:
        newest_state(office.home)
    assert told.value.tip == f"doichieu restore --home {office.home.folder} {files[1]}"
    restore(office.home, files[1])
    assert name_of(newest_state(office.home)) == ["b"]


def test_a_damaged_backup_is_not_restored(office: Office) -> None:
    write_state(office.home, named("a"))
    copy = back_up(office.home, office.home.folder / "copy.duckdb")
    damage(copy)
    with pytest.raises(ConfigFault, match="damaged"):
        restore(office.home, copy)
    with pytest.raises(NoInput):
        restore(office.home, copy.with_name("nowhere.duckdb"))
    assert name_of(newest_state(office.home)) == ["a"]


def test_a_newer_schema_is_refused(office: Office) -> None:
    path = write_state(office.home, named("a"))
    with duckdb.connect(str(path)) as con:
        con.execute("update meta set version = ?", [VERSION + 1])
    with pytest.raises(ConfigFault, match="newer"):
        newest_state(office.home)


def test_an_older_state_without_a_table_or_column_is_read(office: Office) -> None:
    path = write_state(office.home, named("a"))
    with duckdb.connect(str(path)) as con:
        con.execute("drop table outbox")
        con.execute("alter table load drop column released_why")
    state = newest_state(office.home)
    assert name_of(state) == ["a"]
    assert state["load"]["released_why"].to_list() == [None]
    assert state["outbox"].is_empty()


def test_what_an_older_state_says_in_finished_words_is_shown_as_it_is(office: Office) -> None:
    office.book()
    (office.home.inbox / "igate.csv").write_bytes(b"")
    office.night()
    with duckdb.connect(str(generations(office.home.state)[-1])) as con:
        con.execute("alter table load drop column facts")
        con.execute("update load set why = null, message = 'igate.csv: the file is empty' where verdict = 'refused'")
    night, _ = last_night(office.home, load_settings(office.home.config))
    assert "igate, igate.csv: BỊ TỪ CHỐI; igate.csv: the file is empty" in banners(night, load_phrases("vi"))


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_full_disk_leaves_the_old_state(office: Office, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    write_state(office.home, named("a"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(disk.os if call == "fsync" else disk.Path, call, full)
    with pytest.raises(IoFault, match="No space left"):
        write_state(office.home, named("b"))
    monkeypatch.undo()
    assert name_of(newest_state(office.home)) == ["a"]
    assert [path.name for path in office.home.state.iterdir()] == ["000001.duckdb"]


def test_a_reader_keeps_its_state_while_a_new_one_is_written(office: Office) -> None:
    path = write_state(office.home, named("a"))
    with duckdb.connect(str(path), read_only=True) as reader:
        write_state(office.home, named("b"))
        assert reader.execute("select file from load").fetchall() == [("a",)]


# who may write


def test_a_second_run_waits_and_then_says_who_holds_the_lock(office: Office) -> None:
    program = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from pipeline.night.home import Home; from pipeline.night.lock import only_one\n"
        "with only_one(Home(Path(sys.argv[1])), 0, datetime.now(UTC)): print('held', flush=True); sys.stdin.read()"
    )
    words = [sys.executable, "-c", program, str(office.home.folder)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockBusy, match=f"process {holder.pid} since"), only_one(office.home, 0.2, NOW):
            pass
        holder.kill()
    with only_one(office.home, 5, NOW):
        pass


@pytest.mark.parametrize("name", ["doichieu.toml", "state", "archive", "outbox"])
def test_what_others_may_write_is_no_home(office: Office, name: str) -> None:
    (office.home.folder / name).chmod(0o777)
    with pytest.raises(PermissionsFault, match=name):
        open_home(office.home.folder)


def test_a_folder_without_configuration_is_no_home(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match=r"doichieu\.toml"):
        open_home(tmp_path)


# forgetting


def test_what_ended_before_the_day_is_forgotten_and_the_open_is_kept(office: Office) -> None:
    office.export()
    office.book()
    office.night()
    dropped = forget(office.home, MONDAY)
    assert dropped == 8  # dossiers 3 to 6 on both sides
    assert office.state["case_row"]["serial"].to_list() == [1, 2]
    assert office.ledger() == {1: "open", 2: "open"}


def test_nothing_forgotten_stays_readable(office: Office) -> None:
    forgettable = dossier(7, name="Bùi Thị Quên")
    office.export(*ROWS, forgettable)
    office.book(*ROWS, forgettable)
    office.night()
    forget(office.home, MONDAY)
    for path in office.home.state.iterdir():
        assert "Quên".encode() not in path.read_bytes()


def test_what_is_forgotten_stays_so_when_the_next_files_bring_it_again_and_accuses_nobody(office: Office) -> None:
    days = {"received": "11/03/2026", "due": "18/03/2026", "finished": "13/03/2026", "returned": "13/03/2026"}
    later = [dossier(number, **days, code=f"H56.17.22-260311-{number:04}") for number in range(11, 16)]
    friday, monday = MONDAY + timedelta(days=4), MONDAY + timedelta(days=7)
    office.export(*ROWS, *later[:3])
    office.book(*ROWS, *later[:3])
    office.night(friday)
    forget(office.home, date(2026, 3, 10))
    office.export(*later[:4])
    office.book(*ROWS, *later[:3], later[4])
    office.night(monday)
    assert sorted(office.state["logbook_row"]["serial"]) == [1, 2, 11, 12, 13, 15]
    assert office.ledger("M05") == {15: "open"}
    assert office.ledger("M06") == {14: "open"}


def test_archived_files_of_which_no_row_stays_go_with_what_they_hold(office: Office) -> None:
    office.export()
    office.book()
    office.night()
    (office.home.inbox / "xgate.csv").write_bytes(b"\0")
    office.export(*ROWS, dossier(7))
    office.night(MONDAY + timedelta(days=1))
    forget(office.home, MONDAY + timedelta(days=2))
    kept = sorted(path.name.split("-", 1)[-1] for path in office.home.archive.iterdir())
    assert kept == ["igate.csv", "so_theo_doi.csv"]
    assert list(faults_of(office.home)) == []


# looking it over


def test_a_sound_home_has_no_faults(office: Office) -> None:
    office.export()
    office.book()
    office.night()
    assert list(faults_of(office.home)) == []


def test_each_fault_is_found(office: Office) -> None:
    office.export()
    office.book()
    office.night()
    state = office.state
    write_state(office.home, state | {"load": state["load"].head(1), "mismatch": pl.concat([state["mismatch"]] * 2)})
    next(office.home.archive.glob("*-igate.csv")).unlink()
    damage(generations(office.home.state)[0])
    found = "\n".join(faults_of(office.home))
    for word in ("000001.duckdb: is damaged", "logbook_row", "mismatch: ", "archive: no copy of igate.csv"):
        assert word in found


def test_the_last_run_is_the_one_that_ended_last(office: Office) -> None:
    office.export()
    office.book()
    office.night()
    office.night(MONDAY + timedelta(days=1))
    assert office.state["run"]["business_date"].to_list() == [MONDAY, MONDAY + timedelta(days=1)]
    assert set(office.state["run"].columns) == set(RUN)
    assert read_state(generations(office.home.state)[0])["run"].height == 1
