"""`doichieu` in children of a process that has imported everything, so that strace can break a run at any one call."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

ROOT = Path(__file__).parents[2]
MUTATING = (
    *("write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range", "splice"),
    *("fsync", "fdatasync", "sync_file_range", "ftruncate", "truncate", "fallocate"),
    *("rename", "renameat", "renameat2", "unlink", "unlinkat", "link", "linkat", "symlink", "symlinkat"),
    *("mkdir", "mkdirat", "rmdir", "chmod", "fchmod", "fchmodat", "chown", "fchown", "utimensat"),
    *("open", "openat", "creat"),
)
PATIENCE_SECONDS = 120
RANDOM_NAME = re.compile(r"(?<=\.doichieu-)\w+(?=\.tmp)")
CALL = re.compile(r"^(\w+)\((.*)$")

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is missing: apt install strace")


@dataclass(frozen=True)
class Call:
    """One system call of a run that changes the home: the `nth` of its name, counted over the whole run."""

    name: str
    nth: int
    path: str  # below the home

    def __str__(self) -> str:
        return f"{self.name}#{self.nth} {self.path}"


@dataclass(frozen=True)
class Ended:
    """How a child ended; `code` is negative for a signal."""

    code: int
    stdout: str
    stderr: str
    trace: str = ""


class Children:
    """The forking process and what one asks of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        words = [sys.executable, "-m", "tests.night.children"]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(folder), "POLARS_MAX_THREADS": "1"}
        pipe = subprocess.PIPE
        self.server = subprocess.Popen(words, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)

    def close(self) -> None:
        with self.server:
            assert self.server.stdin
            self.server.stdin.close()

    def run(self, *words: str | Path, umask: int = 0, trace: Sequence[str] = ()) -> Ended:
        """One `doichieu` to its end, under `strace` with these words if there are any."""
        (ended,) = self.run_many(1, *words, umask=umask, trace=trace)
        return ended

    def run_many(self, count: int, *words: str | Path, umask: int = 0, trace: Sequence[str] = ()) -> list[Ended]:
        """So many of them at once."""
        asked = {"words": [str(word) for word in words], "folder": str(self.folder), "umask": umask}
        pids = self._ask(asked | {"count": count, "is_held": bool(trace)})
        told = self._under_strace(pids[0], trace) if trace else ""
        codes = [os.waitstatus_to_exitcode(status) for status in self._answer()]
        return [self._ended(pid, code, told) for pid, code in zip(pids, codes, strict=True)]

    def calls(self, home: Path, *words: str | Path) -> list[Call]:
        """All calls with which a run changes its home; all of them are made by one thread."""
        output = self.folder / "calls"
        names = ",".join(f"?{name}" for name in MUTATING)
        self.run(*words, trace=["-ff", "-y", "-s", "0", "-e", f"trace={names}", "-o", str(output)])
        threads = [list(_changes(path.read_text(), home)) for path in self.folder.glob("calls.*")]
        for path in self.folder.glob("calls.*"):
            path.unlink()
        (calls,) = (thread for thread in threads if thread)
        return calls

    def record(self, *words: str | Path) -> str:
        """The trace of a run with all bytes that it wrote, for a disk to replay."""
        output = self.folder / "record"
        names = ",".join(f"?{name}" for name in MUTATING)
        self.run(*words, trace=["-y", "-xx", "-s", "9999999", "-e", f"trace={names}", "-o", str(output)])
        told = output.read_text()
        output.unlink()
        return told

    def fail(self, call: Call, how: str, *words: str | Path) -> Ended:
        """The same run, but this call meets a signal or an error."""
        output = self.folder / "trace"
        inject = f"inject={call.name}:{how}:when={call.nth}"
        ended = self.run(*words, trace=["-y", "-s", "0", "-e", f"trace={call.name}", "-e", inject, "-o", str(output)])
        told = output.read_text()
        output.unlink()
        return Ended(ended.code, ended.stdout, ended.stderr, told)

    def _under_strace(self, pid: int, words: Sequence[str]) -> str:
        _await_status(pid, "State:\tT")
        tracer = subprocess.Popen(["strace", "-qq", *words, "-p", str(pid)], stderr=subprocess.PIPE, text=True)
        _await_status(pid, "State:\tt")
        os.kill(pid, signal.SIGCONT)
        return tracer.communicate(timeout=PATIENCE_SECONDS)[1]

    def _ended(self, pid: int, code: int, trace: str) -> Ended:
        out, err = (self.folder / f"{pid}.{stream}" for stream in ("out", "err"))
        ended = Ended(code, out.read_text(), err.read_text(), trace)
        out.unlink()
        err.unlink()
        return ended

    def _ask(self, request: dict[str, Any]) -> list[int]:
        assert self.server.stdin
        self.server.stdin.write(json.dumps(request) + "\n")
        self.server.stdin.flush()
        return self._answer()

    def _answer(self) -> list[int]:
        assert self.server.stdout
        return json.loads(self.server.stdout.readline())


def _await_status(pid: int, words: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while words not in Path(f"/proc/{pid}/status").read_text():
        assert time.monotonic() < until, f"process {pid} never came to {words!r}"
        time.sleep(0.001)


def _changes(trace: str, home: Path) -> Iterator[Call]:
    seen = Counter[str]()
    for line in trace.splitlines():
        found = CALL.match(line)
        if not found:
            continue
        seen[found[1]] += 1
        path = path_in(line, home)
        if path and (found[1] != "openat" or "O_CREAT" in line):
            yield Call(found[1], seen[found[1]], path)


def path_in(line: str, home: Path) -> str:
    """The first path below the home that a line of a trace names, without what is random in it."""
    found = re.search(rf'{re.escape(str(home))}/([^">]+)', line)
    return RANDOM_NAME.sub("*", found[1]) if found else ""


# the forking process


class Frozen(datetime):
    """A clock that stands still, so that two runs of a night are the same to the last byte."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime(2026, 3, 10, 18, tzinfo=tz)


def serve() -> None:
    """Read a request a line; answer with the children's ids, then with their wait statuses."""
    _import_everything()
    for line in sys.stdin:
        request = json.loads(line)
        pids = [_fork(request) for _ in range(request["count"])]
        print(json.dumps(pids), flush=True)  # noqa: T201 -- the answer
        print(json.dumps([os.waitpid(pid, 0)[1] for pid in pids]), flush=True)  # noqa: T201 -- the answer


def _import_everything() -> None:
    """What a night imports; a throw-away child finds out, as using the libraries here would start threads."""
    import gc

    from pipeline.cli import nightly, waiting
    from pipeline.night import generations, inbox, post
    from pipeline.report import layout

    nightly.datetime = post.datetime = Frozen
    inbox.SETTLED_SECONDS = 0
    generations.SMALL_BLOCKS |= {"threads": 1}
    waiting.in_background = lambda work, steps: work(lambda _: None)  # noqa: ARG005 -- its signature; one thread only
    reader, writer = os.pipe()
    if not os.fork():
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        _rehearse()
        os.write(writer, "\n".join(sys.modules).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as names:
        for name in names.read().splitlines():
            _import_if_possible(name)
    os.wait()
    for template in layout._environment().list_templates():
        layout._environment().get_template(template)
    gc.freeze()


def _import_if_possible(name: str) -> None:
    with contextlib.suppress(Exception):  # some names in sys.modules are no modules
        import_module(name)


def _rehearse() -> None:
    from tempfile import TemporaryDirectory

    from pipeline.cli import run
    from tests.cli.files import write_book, write_export

    with TemporaryDirectory() as folder:
        sys.argv = ["doichieu", "init", folder]
        run()
        write_export(Path(folder) / "inbox" / "igate.csv")
        write_book(Path(folder) / "inbox" / "so_theo_doi.csv")
        for _ in range(2):
            sys.argv = ["doichieu", "nightly", "--home", folder, "--as-of", "2026-03-09"]
            run()


def _fork(request: dict[str, Any]) -> int:
    pid = os.fork()
    if not pid:
        try:
            _be_child(request)
        finally:
            os._exit(99)
    return pid


def _be_child(request: dict[str, Any]) -> None:
    from pipeline.__main__ import main

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, stream in ((1, "out"), (2, "err")):
        path = f"{request['folder']}/{os.getpid()}.{stream}"
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), number)
    os.umask(request["umask"])
    random.seed(0)  # the boundaries of a mail
    sys.argv = ["doichieu", *request["words"]]
    if request["is_held"]:
        os.kill(os.getpid(), signal.SIGSTOP)
    main()


if __name__ == "__main__":
    serve()


needs_time = pytest.mark.skipif(not os.environ.get("DOICHIEU_SWEEP"), reason="8 minutes: make sweep, which CI runs")
