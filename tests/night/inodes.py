"""Files and folders of a disk that loses its power: what is safe of them, and what a loss leaves of the rest."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from random import Random

BLOCK = 512  # bytes that a disk writes as one


@dataclass(frozen=True)
class Loss:
    """How much a power cut takes: the chance of each write, and of each folder's next change, to be there."""

    random: Random
    writes: float | None = None  # None: there, missing or torn
    names: float = 0.7

    def of_write(self, length: int) -> int:
        """How many bytes of a write are there."""
        if self.writes is None:
            return self.random.choice([0, length, torn(self.random, length)])
        return length if self.random.random() < self.writes else 0

    def of_name(self) -> bool:
        """Whether a folder's next change is there."""
        return self.random.random() < self.names


def losses(random: Random, *, more: int = 1) -> tuple[Loss, ...]:
    """The power cuts that are tried: both extremes, and some between."""
    return Loss(random, writes=0, names=1), Loss(random, writes=1, names=0), *(Loss(random) for _ in range(more))


@dataclass(eq=False)
class Inode:
    """A file's bytes that are safe, and the writes since; a folder's names as programs see them, and those kept."""

    safe: bytes = b""
    pending: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    is_folder: bool = False
    modified_ns: int | None = None
    names: dict[str, Inode] = field(default_factory=dict[str, "Inode"])
    kept: dict[str, Inode] = field(default_factory=dict[str, "Inode"])

    def content(self, loss: Loss | None = None) -> bytes:
        """All that was written; or what a power cut leaves of it."""
        found = bytearray(self.safe)
        for offset, written in self.pending:
            length = len(written) if loss is None else loss.of_write(len(written))
            if length or loss is None or loss.random.random() < 0.5:  # a length without bytes reads as zeros
                found.extend(bytes(max(0, offset + len(written) - len(found))))
            found[offset : offset + length] = written[:length]
        return bytes(found)

    def cut(self, size: int) -> None:
        self.safe, self.pending = self.content()[:size].ljust(size, b"\0"), []


def torn(random: Random, length: int) -> int:
    return random.randrange(0, length + 1, BLOCK)


def put(names: dict[str, Inode], name: str, named: Inode | None) -> None:
    if named:
        names[name] = named
    else:
        names.pop(name, None)


def files_below(folder: Inode, above: str) -> Iterator[tuple[str, Inode]]:
    for name, inode in folder.names.items():
        if inode.is_folder:
            yield from files_below(inode, f"{above}{name}/")
        else:
            yield f"{above}{name}", inode


def inode_of(path: Path) -> Inode:
    if path.is_dir():
        names = {one.name: inode_of(one) for one in path.iterdir()}
        return Inode(is_folder=True, names=names, kept=dict(names))
    return Inode(path.read_bytes(), modified_ns=path.stat().st_mtime_ns)


def write(path: Path, inode: Inode, names: Mapping[Inode, dict[str, Inode]], loss: Loss) -> None:
    """What stands at a path; `names` are those in folders where it is not just the kept ones."""
    if inode.is_folder:
        path.mkdir(mode=0o700, exist_ok=True)
        for name, below in sorted(names.get(inode, inode.kept).items()):
            write(path / name, below, names, loss)
        return
    path.write_bytes(inode.content(loss))
    path.chmod(0o600)
    if inode.modified_ns:
        os.utime(path, ns=(inode.modified_ns, inode.modified_ns))
