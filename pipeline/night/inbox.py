"""Files that arrived: taken only when nobody is writing them any more, copied to a private place and hashed there."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.collect import TABLE_ENDINGS, shown
from pipeline.errors import IoFault, NoInput
from pipeline.night.home import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from pipeline.night.home import Home

SETTLED_SECONDS = 10  # a file that was last changed longer ago is steady; a younger one is looked at twice
LOOK_AGAIN_SECONDS = 2
LARGEST = 4_000_000_000  # bytes
HASH_SHOWN = 12
STAGING = ".staging"


@dataclass(frozen=True)
class Arrival:
    """One file of the inbox and its private copy."""

    name: str  # as people called it
    origin: Path | None  # in the inbox; None for a file that comes from the archive
    copy: Path
    content_hash: str
    feed: str | None  # named by the inbox's subfolder
    modified_ns: int


@dataclass(frozen=True)
class Settled:
    """What the inbox held: files to read, and names left where they are with the reason (a phrase of [inbox])."""

    arrivals: tuple[Arrival, ...]
    left: tuple[tuple[str, str], ...]


def settle(home: Home, feeds: frozenset[str]) -> Settled:
    """Copy what is steady into the archive's staging folder; names a feed when a file lies in `inbox/<feed>/`.

    Raises:
        IoFault: the disk is full or a folder does not answer.
    """
    clear_staging(home)
    found = list(_files(home.inbox, feeds))
    left = [(shown(path.name), reason) for path, _ in found if (reason := _why_not(path))]
    wanted = [(path, feed) for path, feed in found if not _why_not(path)]
    looks = {path: _look(path) for path, _ in wanted}
    if any(_is_young(look) for look in looks.values()):
        time.sleep(LOOK_AGAIN_SECONDS)
    arrivals: list[Arrival] = []
    for path, feed in wanted:
        arrival = _take(home, path, feed, looks[path])
        if arrival:
            arrivals.append(arrival)
        else:
            left.append((shown(path.name), "unsteady"))
    return Settled(tuple(arrivals), tuple(left))


def copies(home: Home, paths: Iterable[Path]) -> tuple[Arrival, ...]:
    """Private copies of files that a person names; the files stay where they are.

    Raises:
        NoInput: a path is no file.
        IoFault: one cannot be copied.
    """
    clear_staging(home)
    missing = [shown(path) for path in paths if not path.is_file()]
    if missing:
        raise NoInput(f"no such file: {', '.join(missing)}", "Check the spelling of the path.")
    taken = [_take(home, path, None, _look(path)) for path in paths]
    return tuple(arrival for arrival in taken if arrival)


def archived(home: Home, content_hash: str) -> Path | None:
    """The archive's copy of this content."""
    return next(home.archive.glob(f"{content_hash[:HASH_SHOWN]}-*"), None)


def released(home: Home, loads: pl.DataFrame) -> Iterator[Arrival]:
    """Files that a person let in after the gate had held them, out of the archive; `loads` is the table load."""
    for load in loads.filter(verdict="released").to_dicts():
        path = archived(home, load["content_hash"])
        if path:
            copy = _private_place(home, load["file"])
            content_hash = _copy(path, copy)
            yield Arrival(load["file"], None, copy, content_hash, load["feed"], load["modified_ns"])


def keep(home: Home, arrivals: Iterable[Arrival]) -> None:
    """Move the copies into the archive, before the state speaks of them."""
    for arrival in arrivals:
        if arrival.origin:
            arrival.copy.replace(home.archive / f"{arrival.content_hash[:HASH_SHOWN]}-{Path(arrival.name).name}")
    sync_folder(home.archive)


def clear(home: Home, arrivals: Iterable[Arrival]) -> None:
    """Take out of the inbox what the state knows, unless somebody has put something else there under the name."""
    for arrival in arrivals:
        if arrival.origin and _digest_of(arrival.origin) == arrival.content_hash:
            arrival.origin.unlink(missing_ok=True)
    clear_staging(home)


def clear_staging(home: Home) -> None:
    """Remove copies that an interrupted run left."""
    shutil.rmtree(home.archive / STAGING, ignore_errors=True)


def _files(inbox: Path, feeds: frozenset[str]) -> Iterable[tuple[Path, str | None]]:
    for path in sorted(inbox.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            feed = path.name if path.name in feeds else None
            yield from ((file, feed) for file in sorted(path.iterdir()) if not file.name.startswith("."))
        else:
            yield path, None


def _why_not(path: Path) -> str | None:
    """Why a name is left alone, a phrase of [inbox]; None when it is a table to read."""
    facts = path.lstat()
    if not stat.S_ISREG(facts.st_mode):
        return "no_file"
    if path.name.startswith("~$") or path.suffix.lower() in (".part", ".tmp", ".crdownload"):
        return "unfinished"
    if facts.st_size > LARGEST:
        return "too_large"
    return None if path.suffix.lower() in TABLE_ENDINGS else "no_table"


def _look(path: Path) -> tuple[int, int, int]:
    facts = path.lstat()
    return facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def _is_young(look: tuple[int, int, int]) -> bool:
    return time.time() - max(look[1:]) / 1e9 < SETTLED_SECONDS


def _take(home: Home, path: Path, feed: str | None, first_look: tuple[int, int, int]) -> Arrival | None:
    """The private copy, or None while somebody is writing: size and times must be the same before and after."""
    if _look(path) != first_look:
        return None
    try:
        copy = _private_place(home, path.name)
        content_hash = _copy(path, copy)
    except OSError as fault:
        raise IoFault(f"{path}: cannot be copied ({fault.strerror})", "Check permissions and free space.") from None
    if _look(path) != first_look:
        copy.unlink()
        return None
    return Arrival(shown(path.name), path, copy, content_hash, feed, first_look[1])


def _private_place(home: Home, name: str) -> Path:
    """A folder for one file: its name stays, as feeds are recognised by it and messages show it."""
    staging = home.archive / STAGING
    staging.mkdir(mode=0o700, exist_ok=True)
    folder = staging / f"{sum(1 for _ in staging.iterdir()):05}"
    folder.mkdir(mode=0o700)
    return folder / name


def _copy(path: Path, copy: Path) -> str:
    """Copy the bytes and give their SHA-256; a link or a pipe put in place meanwhile is not followed."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    digest = hashlib.sha256()
    with os.fdopen(descriptor, "rb") as source, copy.open("xb") as target:
        while block := source.read(1 << 20):
            digest.update(block)
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()


def _digest_of(path: Path) -> str | None:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None  # gone, or unreadable now: it stays
