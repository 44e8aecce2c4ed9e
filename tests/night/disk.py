"""A disk that loses its power: replays a trace of system calls and gives what may be found afterwards.

What counts as kept is only what was waited for: bytes by fsync of their file, names by fsync of their folder. Of the
rest each write may be there, be missing or be torn, and each folder may know any number of its latest changes. The
two worst cases are tried each time: names without their bytes, and bytes without their names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tests.night.inodes import Inode, files_below, inode_of, put, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.night.inodes import Loss

LINE = re.compile(r"^(\w+)\((.*)\) += (-?\d+)")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
OPEN_FILE = re.compile(r"(?<![\w\\])(\d+)<([^>]*)>")
NOWHERE = r"(?!)"


Entry = tuple[Inode, str, Inode | None]  # folder, name, what it names from now on: None for nothing
Change = tuple[Entry, ...]  # belongs to the folder of its last entry


@dataclass
class Disk:
    """The folder of a home, the changes of names that are not safe yet, and where each open file is being written."""

    home: str
    root: Inode
    pending: list[Change] = field(default_factory=list["Change"])
    places: dict[str, int] = field(default_factory=dict[str, int])
    deaf_for: str = NOWHERE  # a pattern of paths for which nobody waits
    has_ignored: bool = False

    @classmethod
    def of(cls, before: Path, home: Path, *, deaf_for: str = NOWHERE) -> Disk:
        """The disk that holds `before`, as the trace of a run in `home` will change it."""
        return cls(f"{home}/", inode_of(before), deaf_for=deaf_for)

    @property
    def files(self) -> dict[str, Inode]:
        """What programs see, by path below the home."""
        return dict(files_below(self.root, ""))

    def replay(self, line: str) -> bool:
        """Do what a line of the trace says; whether it changed anything of the home."""
        found = LINE.match(line)
        if not found or int(found[3]) < 0 or self.home not in line_text(line):
            return False
        name, words, result = found[1], found[2], int(found[3])
        paths = [self._below(text) for text in QUOTED.findall(words)]
        opened = [(number, self._below(text)) for number, text in OPEN_FILE.findall(words)]
        if name == "openat":
            return self._open(paths[0], words, f"{result}")
        if name in {"fchmod", "chmod"}:  # modes are proved elsewhere
            return False
        if name in {"write", "pwrite64", "ftruncate"}:
            self._change_bytes(name, opened[0], words, result)
        elif name in {"fsync", "fdatasync"}:
            self._sync(opened[0][1])
        elif name == "rename":
            self._rename(paths[0], paths[1])
        else:
            inode_by_name = {"mkdir": Inode(is_folder=True), "unlink": None, "rmdir": None, "unlinkat": None}
            folder = f"{opened[0][1]}/" if name == "unlinkat" else ""
            self._change(self._entry(f"{folder}{paths[0]}", inode_by_name[name]))
        return True

    def after_power_cut(self, loss: Loss, folder: Path) -> None:
        """Write into `folder` what one power cut may leave."""
        names: dict[Inode, dict[str, Inode]] = {}
        known: dict[Inode, bool] = defaultdict(lambda: True)
        for change in self.pending:
            place = change[-1][0]
            known[place] = known[place] and loss.of_name()
            if known[place]:
                for inode, name, named in change:
                    put(names.setdefault(inode, dict(inode.kept)), name, named)
        write(folder, self.root, names, loss)

    def _below(self, text: str) -> str:
        return line_text(text).removeprefix(self.home)

    def _find(self, path: str) -> Inode | None:
        found: Inode | None = self.root
        for name in PurePosixPath(path).parts:
            found = found.names.get(name) if found else None
        return found

    def _there(self, path: str) -> Inode:
        found = self._find(path)
        assert found, path
        return found

    def _entry(self, path: str, named: Inode | None) -> Entry:
        place = PurePosixPath(path)
        return self._there(f"{place.parent}"), place.name, named

    def _open(self, path: str, words: str, descriptor: str) -> bool:
        is_new = "O_CREAT" in words and not self._find(path)
        if is_new:
            self._change(self._entry(path, Inode()))
        elif "O_TRUNC" in words:
            self._there(path).cut(0)
        self.places[descriptor] = len(self._there(path).content()) if "O_APPEND" in words else 0
        return is_new or "O_TRUNC" in words

    def _change_bytes(self, name: str, opened: tuple[str, str], words: str, length: int) -> None:
        descriptor, path = opened
        if name == "ftruncate":
            self._there(path).cut(int(words.rsplit(", ", 1)[1]))
            return
        written = decoded(QUOTED.findall(words)[-1])[:length]
        assert len(written) == length
        offset = int(words.rsplit(", ", 1)[1]) if name == "pwrite64" else self.places[descriptor]
        self._there(path).pending.append((offset, written))
        if name == "write":
            self.places[descriptor] += length

    def _sync(self, path: str) -> None:
        inode = self._there(path)
        if re.fullmatch(self.deaf_for, path):
            self.has_ignored = True
        elif inode.is_folder:
            for change in [change for change in self.pending if change[-1][0] is inode]:
                self._keep(change)
        else:
            inode.cut(len(inode.content()))

    def _keep(self, change: Change) -> None:
        """With a name's later change its earlier ones are past."""
        entries = {entry[:2] for entry in change}
        until = self.pending.index(change)
        earlier = [one for one in self.pending[:until] if not entries.issuperset(entry[:2] for entry in one)]
        self.pending = [*earlier, *self.pending[until + 1 :]]
        for folder, name, named in change:
            put(folder.kept, name, named)

    def _rename(self, source: str, target: str) -> None:
        self._change(self._entry(source, None), self._entry(target, self._there(source)))

    def _change(self, *change: Entry) -> None:
        self.pending.append(change)
        for folder, name, named in change:
            put(folder.names, name, named)


def line_text(text: str) -> str:
    return decoded(text).decode(errors="replace") if "\\x" in text else text


def decoded(text: str) -> bytes:
    return re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), text.encode())


def steps(trace: str, disk: Disk) -> Iterator[str]:
    """Replay a trace; yields after each line that changed the home."""
    for line in trace.splitlines():
        if disk.replay(line):
            yield line
