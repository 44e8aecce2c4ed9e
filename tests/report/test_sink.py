from __future__ import annotations

import errno
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import IoFault, UsageFault
from pipeline.report import sink
from pipeline.report.sink import write_out

ROOT = Path(__file__).parents[2]
LONG_TABLE = """
import polars as pl
from pipeline.report.table import write_table
write_table(pl.DataFrame({"text": ["x" * 90] * 50_000}), "jsonl", None)
"""


def run_python(code: str, stdout: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=stdout, stderr=subprocess.PIPE)


def test_a_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_out([b"x"], tmp_path / "out.csv")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o600


def test_a_file_replaces_the_older_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"older and longer")
    write_out([b"new", b"er"], path)
    assert path.read_bytes() == b"newer"
    assert list(tmp_path.iterdir()) == [path]


def test_the_older_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"older")

    def chunks():  # noqa: ANN202 -- a generator for one test
        yield b"new"
        assert path.read_bytes() == b"older"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_out(chunks(), path)
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told_with_path_and_reason_and_the_older_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "out.csv"
    path.write_bytes(b"older")
    monkeypatch.setattr(sink.os, "fsync", full)
    with pytest.raises(IoFault, match=r"out\.csv: cannot be written \(No space left on device\)"):
        write_out([b"new"], path)
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_outgrows_its_limit_is_told_and_removed(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(IoFault, match="File too large"):
            write_out([b"x" * 5000], tmp_path / "out.csv")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_and_a_folder_as_output_are_told(tmp_path: Path) -> None:
    with pytest.raises(IoFault, match="No such file or directory"):
        write_out([b"x"], tmp_path / "missing" / "out.csv")
    with pytest.raises(IoFault, match="Is a directory"):
        write_out([b"x"], tmp_path)


def test_a_device_is_written_to_and_not_replaced() -> None:
    write_out([b"x"], Path(os.devnull))
    assert Path(os.devnull).is_char_device()


def test_a_long_name_leaves_room_for_the_temporary_one(tmp_path: Path) -> None:
    path = tmp_path / ("ồ" * 84)  # 252 bytes of the 255 that a name may have
    write_out([b"x"], path)
    assert path.read_bytes() == b"x"


def test_standard_output_is_the_bytes_themselves() -> None:
    code = "from pipeline.report.sink import write_out; print('first'); write_out([b'\\xef\\xbb', b'\\xbf\\n'], None)"
    process = run_python(code, subprocess.PIPE)
    assert process.communicate() == (b"first\n\xef\xbb\xbf\n", b"")


def test_a_reader_that_closes_the_pipe_early_sees_no_traceback() -> None:
    process = run_python(LONG_TABLE, subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 0)
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_behind_standard_output_is_an_io_fault() -> None:
    code = LONG_TABLE.replace("write_table(pl.D", "import sys\ntry: write_table(pl.D")
    code += "except Exception as fault: sys.exit(f'{type(fault).__name__} {fault.message}')\n"
    with Path("/dev/full").open("wb") as full:
        process = run_python(code, full.fileno())
        _, talk = process.communicate()
    assert talk.decode() == "IoFault standard output: cannot be written (No space left on device)\n"


def test_binary_data_is_refused_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(UsageFault, match="binary") as refusal:
        write_out([b"PAR1"], None, is_binary=True)
    assert "--output" in refusal.value.tip


def test_a_link_goes_on_leading_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "real.csv").write_bytes(b"old")
    (tmp_path / "out.csv").symlink_to("share/real.csv")
    write_out([b"new"], tmp_path / "out.csv")
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "share" / "real.csv").read_bytes() == b"new"
    assert [path.name for path in (tmp_path / "share").iterdir()] == ["real.csv"]
