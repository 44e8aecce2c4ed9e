"""A disk that loses its power: replays a trace of system calls and gives what may be found afterwards.

What counts as kept is only what was waited for: bytes by fsync of their file, names by fsync of their folder. Of the
rest each write may be there, be missing or be torn, and each folder may know any number of its latest changes.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

LINE = re.compile(r"^(\w+)\((.*)\) += (-?\d+)")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
OPEN_FILE = re.compile(r"(?<![\w\\])(\d+)<([^>]*)>")
BLOCK = 512  # bytes that a disk writes as one


@dataclass
class Inode:
    """A file's bytes that are safe, and the writes since; a folder has neither."""

    safe: bytes = b""
    pending: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    is_folder: bool = False
    modified_ns: int | None = None

    def content(self, random: Random | None = None) -> bytes:
        """All that was written; with dice, what a power cut leaves of it."""
        found = bytearray(self.safe)
        for offset, written in self.pending:
            length = len(written) if random is None else random.choice([0, len(written), torn(random, len(written))])
            if length or random is None or random.random() < 0.5:  # a length without bytes reads as zeros
                found.extend(bytes(max(0, offset + len(written) - len(found))))
            found[offset : offset + length] = written[:length]
        return bytes(found)

    def cut(self, size: int) -> None:
        self.safe, self.pending = self.content()[:size].ljust(size, b"\0"), []


def torn(random: Random, length: int) -> int:
    return random.randrange(0, length + 1, BLOCK)


Change = dict[str, Inode | None]  # path below the home → what it names from now on, None for nothing


@dataclass
class Disk:
    """What programs see (`names`), what is safe (`kept`), and the changes of names between, by folder."""

    home: str
    names: dict[str, Inode]
    kept: dict[str, Inode] = field(default_factory=dict[str, "Inode"])
    pending: list[Change] = field(default_factory=list["Change"])
    places: dict[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def of(cls, before: Path, home: Path) -> Disk:
        """The disk that holds `before`, as the trace of a run in `home` will change it."""
        found = {f"{path.relative_to(before)}": inode_of(path) for path in before.rglob("*")}
        return cls(f"{home}/", found, dict(found))

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
            change_by_name = {"mkdir": Inode(is_folder=True), "unlink": None, "rmdir": None, "unlinkat": None}
            folder = f"{opened[0][1]}/" if name == "unlinkat" else ""
            self._change({f"{folder}{paths[0]}": change_by_name[name]})
        return True

    def after_power_cut(self, random: Random, folder: Path) -> None:
        """Write into `folder` what one power cut may leave."""
        names = dict(self.kept)
        known: dict[str, bool] = defaultdict(lambda: True)
        for change in self.pending:
            place = parent(list(change)[-1])
            known[place] = known[place] and random.random() < 0.7
            if known[place]:
                names.update({path: inode for path, inode in change.items() if inode})
                for path in [path for path, inode in change.items() if inode is None]:
                    names.pop(path, None)
        for path, inode in sorted(names.items()):
            if is_reachable(path, names):
                write(folder / path, inode, random)

    def _below(self, text: str) -> str:
        return line_text(text).removeprefix(self.home)

    def _open(self, path: str, words: str, descriptor: str) -> bool:
        is_new = "O_CREAT" in words and path not in self.names
        if is_new:
            self._change({path: Inode()})
        elif "O_TRUNC" in words:
            self.names[path].cut(0)
        self.places[descriptor] = len(self.names[path].content()) if "O_APPEND" in words else 0
        return is_new or "O_TRUNC" in words

    def _change_bytes(self, name: str, opened: tuple[str, str], words: str, length: int) -> None:
        descriptor, path = opened
        if name == "ftruncate":
            self.names[path].cut(int(words.rsplit(", ", 1)[1]))
            return
        written = decoded(QUOTED.findall(words)[-1])[:length]
        assert len(written) == length
        offset = int(words.rsplit(", ", 1)[1]) if name == "pwrite64" else self.places[descriptor]
        self.names[path].pending.append((offset, written))
        if name == "write":
            self.places[descriptor] += length

    def _sync(self, path: str) -> None:
        inode = self.names[path]
        if inode.is_folder:
            for change in [change for change in self.pending if parent(list(change)[-1]) == path]:
                if change in self.pending:
                    self._keep(change)
        else:
            inode.cut(len(inode.content()))

    def _keep(self, change: Change) -> None:
        self.pending.remove(change)
        gone = {path for path, inode in change.items() if inode is None}
        for inner in [inner for inner in self.pending if parent(list(inner)[-1]) in gone]:
            self._keep(inner)  # nobody asks any more what stood in a folder that is gone
        for path, inode in change.items():
            if inode:
                self.kept[path] = inode
            else:
                self.kept.pop(path, None)

    def _rename(self, source: str, target: str) -> None:
        inside = [path for path in self.names if path.startswith(f"{source}/")]
        moved: Change = dict.fromkeys([source, *inside])
        placed: Change = {f"{target}{path.removeprefix(source)}": self.names[path] for path in [*inside, source]}
        self._change(moved | placed)

    def _change(self, change: Change) -> None:
        self.pending.append(change)
        for path, inode in change.items():
            if inode:
                self.names[path] = inode
            else:
                self.names.pop(path, None)


def inode_of(path: Path) -> Inode:
    if path.is_dir():
        return Inode(is_folder=True)
    return Inode(path.read_bytes(), modified_ns=path.stat().st_mtime_ns)


def line_text(text: str) -> str:
    return decoded(text).decode(errors="replace") if "\\x" in text else text


def decoded(text: str) -> bytes:
    return re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), text.encode())


def parent(path: str) -> str:
    return f"{PurePosixPath(path).parent}"


def is_reachable(path: str, names: dict[str, Inode]) -> bool:
    above = [f"{one}" for one in PurePosixPath(path).parents][:-1]
    return all(one in names and names[one].is_folder for one in above)


def write(path: Path, inode: Inode, random: Random) -> None:
    if inode.is_folder:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        path.write_bytes(inode.content(random))
        path.chmod(0o600)
        if inode.modified_ns:
            os.utime(path, ns=(inode.modified_ns, inode.modified_ns))


def steps(trace: str, disk: Disk) -> Iterator[str]:
    """Replay a trace; yields after each line that changed the home."""
    for line in trace.splitlines():
        if disk.replay(line):
            yield line
