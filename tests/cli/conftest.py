"""The command line in a folder of its own: in this process, where it is fast, or in a process, where it matters."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pipeline.cli import run
from pipeline.night import inbox
from tests.cli.files import CANARIES, write_book, write_export

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWN_VARIABLES = ("DOICHIEU_", "PANDERA_", "NO_COLOR", "FORCE_COLOR", "PYTHONPATH", "TZ")


@dataclass(frozen=True)
class Result:
    """How one command ended, what it said, and which files it made or changed."""

    code: int
    out: bytes
    err: str
    touched: frozenset[str]

    @property
    def text(self) -> str:
        return self.out.decode()

    def failed(self, code: int, *words: str) -> None:
        """It ended with this code and a message of these words and a step to take; nothing leaked or was written."""
        assert self.code == code, self.err
        assert self.out == b""
        assert [word for word in words if word not in self.err] == []
        assert self.err.startswith("doichieu: ")
        assert "\n  → " in self.err
        self.is_discreet()
        assert self.touched == frozenset()

    def is_discreet(self) -> None:
        assert "Traceback" not in self.err
        assert [canary for canary in CANARIES if canary in self.err] == []


@dataclass(frozen=True)
class Shell:
    """Runs `doichieu` in `folder`."""

    folder: Path

    def __call__(self, *words: str | Path) -> Result:
        """In this process."""
        before = self._state()
        out, err = io.BytesIO(), io.BytesIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["doichieu", *map(str, words)])
            patch.setattr(sys, "stdout", io.TextIOWrapper(out))
            patch.setattr(sys, "stderr", io.TextIOWrapper(err))
            code = run()
            sys.stdout.flush()
            sys.stderr.flush()
            return Result(code, out.getvalue(), err.getvalue().decode(), self._touched(before))

    def process(self, *words: str | Path, **variables: str) -> Result:
        """In a process of its own."""
        before = self._state()
        command = [sys.executable, "-m", "pipeline", *map(str, words)]
        ended = subprocess.run(command, cwd=self.folder, env=os.environ | variables, capture_output=True, check=False)
        return Result(ended.returncode, ended.stdout, ended.stderr.decode(), self._touched(before))

    def _state(self) -> dict[str, object]:
        return {path.name: (path.lstat().st_mtime_ns, path.lstat().st_ino) for path in self.folder.rglob("*")}

    def _touched(self, before: dict[str, object]) -> frozenset[str]:
        return frozenset(name for name, state in self._state().items() if before.get(name) != state)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    for name in [name for name in os.environ if name.startswith(OWN_VARIABLES)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    mask = os.umask(0o022)
    yield Shell(tmp_path)
    os.umask(mask)


@pytest.fixture
def pair(shell: Shell) -> tuple[str, str]:
    """An export and a logbook by the names that their feeds are recognised by."""
    write_export(shell.folder / "igate.csv")
    write_book(shell.folder / "so_theo_doi.csv")
    return "igate.csv", "so_theo_doi.csv"


@pytest.fixture
def home(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which both sides lie in the inbox."""
    monkeypatch.setattr(inbox, "SETTLED_SECONDS", 0)
    assert shell("init", "home").code == 0
    folder = shell.folder / "home"
    write_export(folder / "inbox" / "igate.csv")
    write_book(folder / "inbox" / "so_theo_doi.csv")
    monkeypatch.setenv("DOICHIEU_HOME", str(folder))
    return folder
