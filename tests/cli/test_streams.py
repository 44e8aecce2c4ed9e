from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.files import AS_OF, dossier, write_book, write_export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

Pair = tuple[str, str]
DOICHIEU = (sys.executable, "-m", "pipeline")
COMMANDS = [
    *(["--help"], ["-h"], [], ["--version"], ["rules"], ["rules", "M01"], ["rules", "-h"], ["feeds"]),
    *(["feeds", "igate.csv"], ["reconcile", "igate.csv", "so_theo_doi.csv", "--as-of", AS_OF]),
]


def on_terminal(folder: Path, *words: str, **variables: str) -> str:
    """What a terminal shows of a command's stdout."""
    leader, follower = pty.openpty()
    env = os.environ | {"COLUMNS": "120", "TERM": "xterm"} | variables
    with subprocess.Popen([*DOICHIEU, *words], cwd=folder, stdout=follower, env=env) as process:
        os.close(follower)
        shown = b"".join(iter(lambda: _read(leader), b""))
    os.close(leader)
    assert process.returncode == 0
    return shown.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # Linux says so when the other end has gone
        return b""


def test_a_terminal_gets_colours_unless_it_wants_none(shell: Shell, pair: Pair) -> None:
    words = ("reconcile", *pair, "--as-of", AS_OF)
    coloured, plain = on_terminal(shell.folder, *words), on_terminal(shell.folder, *words, NO_COLOR="1")
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    assert "H56.17.22-260304-0002" in plain


def test_a_binary_format_is_not_shown_on_a_terminal(shell: Shell, pair: Pair) -> None:
    leader, follower = pty.openpty()
    words = [*DOICHIEU, "reconcile", *pair, "--as-of", AS_OF, "--format", "parquet"]
    ended = subprocess.run(words, cwd=shell.folder, stdout=follower, stderr=subprocess.PIPE, check=False)
    os.close(follower)
    assert (ended.returncode, _read(leader)) == (64, b"")
    assert b"--output" in ended.stderr
    os.close(leader)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.usefixtures("pair")
def test_a_reader_that_has_gone_is_no_fault(shell: Shell, words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run([*DOICHIEU, *words], cwd=shell.folder, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_head_gets_its_line_and_nobody_complains(shell: Shell, pair: Pair) -> None:
    words = " ".join((*DOICHIEU, "reconcile", *pair, "--as-of", AS_OF, "--format", "csv"))
    piped = ["bash", "-c", f"set -o pipefail; {words} | head -1"]
    ended = subprocess.run(piped, cwd=shell.folder, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr, ended.stdout.count(b"\n")) == (0, b"", 1)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.usefixtures("pair")
def test_a_full_disk_behind_stdout_is_74(shell: Shell, words: list[str]) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 -- a device
        ended = subprocess.run([*DOICHIEU, *words], cwd=shell.folder, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ended.returncode == 74
    assert ended.stderr.startswith(b"doichieu: ")
    assert b"Traceback" not in ended.stderr


def test_closed_streams_harm_nobody(shell: Shell, pair: Pair) -> None:
    words = " ".join((*DOICHIEU, "reconcile", *pair, "--as-of", AS_OF, "--output", "out.csv"))
    ended = subprocess.run(["bash", "-c", f"{words} <&- >&- 2>&-"], cwd=shell.folder, check=False)
    assert ended.returncode == 0
    assert (shell.folder / "out.csv").read_bytes().count(b"\n") == 3


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.usefixtures("pair")
def test_a_locale_without_vietnamese_changes_no_byte(shell: Shell, words: list[str]) -> None:
    usual = shell.process(*words)
    narrow = shell.process(*words, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    assert (narrow.code, narrow.out, narrow.err) == (0, usual.out, "")


@pytest.mark.usefixtures("pair")
def test_success_is_quiet(shell: Shell) -> None:
    for words in COMMANDS:
        ended = shell.process(*words)
        assert (ended.code, ended.err) == (0, ""), words


@pytest.fixture
def large(shell: Shell) -> Pair:
    """Files that keep two cores busy for seconds."""
    rows = [
        dossier(number, code=f"H56.17.22-2603{number % 28 + 1:02}-{number:06}", phone=f"09{number:08}")
        for number in range(1, 160_001)
    ]
    write_export(shell.folder / "igate.csv", *rows)
    write_book(shell.folder / "so_theo_doi.csv", *rows)
    return "igate.csv", "so_theo_doi.csv"


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.02, 0.15, 0.4, 0.8])
def test_ctrl_c_ends_at_once_with_130_and_leaves_nothing(shell: Shell, large: Pair, seconds: float) -> None:
    before = sorted(path.name for path in shell.folder.iterdir())
    outputs = ["--output", "out.csv", "--links", "links.csv", "--quarantine", "q.csv"]
    words = [*DOICHIEU, "reconcile", *large, "--as-of", AS_OF, *outputs]
    with subprocess.Popen(words, cwd=shell.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        sent = time.monotonic()
        out, err = process.communicate()
    assert time.monotonic() - sent < 2
    if seconds >= 0.15:  # before that Python's own start-up is struck: it ends in ways of its own
        assert process.returncode == 130
        assert b"Traceback" not in err
    assert out == b""
    assert sorted(path.name for path in shell.folder.iterdir()) == before
