"""Which files the caller means: paths and folders, with the feed that `feed=path` names."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import NoInput, UsageFault

TABLE_ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".htm", ".html")
OTHER_TABLES = (".ods", ".fods", ".xlsb", ".numbers", ".et", ".csv.gz")  # left out without a word they would be missed
UNFINISHED = (".part", ".tmp", ".crdownload")  # a download or copy under way


class Request(NamedTuple):
    """One file to read and the feed that the caller named, if any; `is_named`: not only its folder was."""

    path: Path
    feed: str | None = None
    is_named: bool = False


@dataclass
class Collected:
    """The files to read, those left aside with the twin that has the same content, and what is no table."""

    requests: list[Request] = field(default_factory=list[Request])
    twins: list[tuple[Path, Path]] = field(default_factory=list[tuple[Path, Path]])
    skipped: dict[Path, list[str]] = field(default_factory=dict[Path, list[str]])

    @property
    def paths(self) -> list[Path]:
        """Every table that the caller means, twins too."""
        return [*(request.path for request in self.requests), *(twin for twin, _ in self.twins)]


def collect(arguments: tuple[str, ...], feeds: frozenset[str]) -> Collected:
    """Resolve `[FEED=]PATH` arguments; a folder gives its tables, not those of folders below.

    Raises:
        NoInput: a path does not exist, or nothing is left to read.
        UsageFault: an argument has no path.
    """
    collected = Collected()
    wanted = [_parse(argument, feeds) for argument in arguments]
    missing = [str(request.path) for request in wanted if not request.path.exists()]
    if missing:
        raise NoInput(f"no such file or folder: {', '.join(missing)}", "Check the spelling of the path.")
    for request in wanted:
        if request.path.is_dir():
            _take_folder(request, collected)
        else:
            collected.requests.append(request._replace(is_named=True))
    if not collected.requests:
        raise NoInput(
            f"nothing to read in {', '.join(str(request.path) for request in wanted)}",
            f"Put exports and logbooks there: {' '.join(TABLE_ENDINGS)}.",
        )
    return _without_twins(collected)


def shown(name: Path | str) -> str:
    """A file's name as text; bytes that are no UTF-8 as escapes."""
    return str(name).encode(errors="backslashreplace").decode()


def _parse(argument: str, feeds: frozenset[str]) -> Request:
    """`igate=a.csv` names the feed; a path that merely has a = in it stays whole."""
    feed, equals, path = argument.partition("=")
    if not (path if equals and feed in feeds else argument):
        raise UsageFault(f"{argument or 'an empty argument'}: no path", "Write PATH or FEED=PATH.")
    is_feed = feed in feeds and Path(path).exists()
    may_be_feed = feed in feeds or feed.isidentifier()
    if equals and (is_feed or (may_be_feed and not Path(argument).exists())):
        return Request(Path(path), feed)
    return Request(Path(argument))


def _take_folder(request: Request, collected: Collected) -> None:
    for path in sorted(request.path.iterdir()):
        if not path.is_file() or path.name.startswith((".", "~$")):
            continue
        if path.name.lower().endswith((*TABLE_ENDINGS, *OTHER_TABLES)):
            collected.requests.append(Request(path, request.feed))
        elif path.suffix.lower() in UNFINISHED:
            collected.skipped.setdefault(request.path, []).append(path.name)


def _without_twins(collected: Collected) -> Collected:
    """One file under two names counts once; only files of equal size are read for comparing."""
    by_size: defaultdict[int, list[Request]] = defaultdict(list)
    for request in filter(_is_plain, collected.requests):
        by_size[request.path.stat().st_size].append(request)
    first_of: dict[str, Path] = {}
    for requests in by_size.values():
        for request in requests if len(requests) > 1 else []:
            first = first_of.setdefault(_content(request.path), request.path)
            if first is not request.path:
                collected.twins.append((request.path, first))
                collected.requests.remove(request)
    return collected


def _is_plain(request: Request) -> bool:
    return request.path.is_file() and os.access(request.path, os.R_OK)  # a pipe would block, reading tells the rest


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return str(path)  # equal to no other's; reading tells the rest
