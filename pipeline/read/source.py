"""The file itself: regular, not empty, not too large, and what its first bytes say it is."""

from __future__ import annotations

import codecs
import re
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.cause import Cause
from pipeline.errors import FileRefused, FileUnreadable, NoInput

if TYPE_CHECKING:
    from collections.abc import Generator
    from io import FileIO
    from pathlib import Path

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = {  # first bytes of what people attach by mistake
    b"%PDF": Cause("pdf"),
    b"\x89PNG": Cause("picture"),
    b"\xff\xd8\xff": Cause("picture"),
    b"Rar!": Cause("rar"),
    b"7z\xbc\xaf\x27\x1c": Cause("seven_zip"),
    b"\x1f\x8b": Cause("gzip"),
    b"{\\rtf": Cause("rtf"),
}
HTML_START = re.compile(rb"<(?:[a-z]|!--|!doctype)")  # no CSV of dossiers begins with a tag or a comment
NOTHING = b" \t\r\n\0\xff\xfe"  # blanks, zeros of UTF-16 and its mark
HEAD = 4096  # bytes that tell what a file is
MAX_BYTES = 100 * 2**20  # of a file that is unpacked or built into a tree


@contextmanager
def opened(path: Path) -> Generator[FileIO]:
    """A regular file, read from behind its UTF-8 mark; a FIFO, a device or a folder is never opened."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileRefused("not_regular", path.name)
        with path.open("rb", buffering=0) as file:  # a buffer would hold large files twice
            if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
                file.seek(0)
            yield file
    except (FileNotFoundError, NotADirectoryError):
        raise NoInput(f"{path}: no such file", "Check the path.") from None
    except OSError as fault:
        raise FileUnreadable("unreadable", str(path), reason=fault.strerror or str(fault)) from fault


def read_head(path: Path) -> bytes:
    """The first bytes without a UTF-8 mark; refuses a file in which nothing stands."""
    with opened(path) as file:
        head = file.read(HEAD)
        if not head.strip(NOTHING) and not file.readall().strip(NOTHING):
            raise FileRefused("empty", path.name)
    return head


def load(path: Path) -> bytes:
    """All bytes of a regular file, without a UTF-8 mark."""
    with opened(path) as file:
        return file.readall()


def load_small(path: Path) -> bytes:
    """The same for a file that would have to be held in memory many times over: not a large one."""
    raw = load(path)
    if len(raw) > MAX_BYTES:
        raise FileRefused("too_large", path.name, mebibytes=MAX_BYTES >> 20)
    return raw


def zip_or_ole_kind(head: bytes, path: Path) -> str | None:
    """`xlsx`, `xls`, or None for text; refuses files of other trades."""
    for start, what in FOREIGN.items():
        if head.startswith(start):
            raise FileRefused("other_trade", path.name, what=what)
    if head.startswith(ZIP):
        return "xlsx"
    return "xls" if head.startswith(OLE) else None


def is_html(head: bytes, path: Path) -> bool:
    """Whether the text is HTML, whatever the name says; refuses other XML."""
    start = _first_words(head, path).replace(b"\0", b"").lstrip(NOTHING).lower()
    is_xml = start.startswith((b"<?xml", b"<workbook"))
    if is_xml and b"<html" not in start:
        raise FileRefused("other_trade", path.name, what=Cause("xml"))
    return is_xml or bool(HTML_START.match(start))


def _first_words(head: bytes, path: Path) -> bytes:
    """The head, or what stands behind it where it is blank."""
    if head.strip(NOTHING):
        return head
    with opened(path) as file:
        while (head := file.read(HEAD)) and not head.strip(NOTHING):
            pass
        return head + file.read(HEAD)
