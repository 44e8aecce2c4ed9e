"""The file itself: regular, not empty, not too large, and what its first bytes say it is."""

from __future__ import annotations

import codecs
import stat
from typing import TYPE_CHECKING

from pipeline.errors import InputRefused, IoFault, NoInput

if TYPE_CHECKING:
    from pathlib import Path

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = {  # first bytes of what people attach by mistake
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "an RTF document",
}
HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<title", b"<style", b"<table", b"<div")
NOTHING = b" \t\r\n\0\xff\xfe"  # blanks, zeros of UTF-16 and its mark
MAX_BYTES = 100 * 2**20  # of a file that is unpacked or built into a tree
EXPORT_AGAIN = "Export or save the file again as CSV UTF-8 or XLSX."


def load(path: Path) -> bytes:
    """All bytes of a regular file, without a UTF-8 mark; a FIFO, a device or a folder is never opened."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputRefused(f"{path.name}: not a regular file", "Give the path of a CSV, XLSX, XLS or HTML file.")
        raw = _bytes_after_mark(path)
    except (FileNotFoundError, NotADirectoryError):
        raise NoInput(f"{path}: no such file", "Check the path.") from None
    except OSError as fault:
        raise IoFault(f"{path}: {fault.strerror or fault}", "Check the permissions and the disk.") from fault
    if not raw[:4096].strip(NOTHING) and not raw.strip(NOTHING):
        raise InputRefused(f"{path.name}: the file is empty", "Export it again; an empty file is not an empty table.")
    return raw


def _bytes_after_mark(path: Path) -> bytes:
    """The bytes without a UTF-8 mark, skipped while reading: to cut it off later would copy the file."""
    with path.open("rb", buffering=0) as file:  # a buffer would hold large files twice
        if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            file.seek(0)
        return file.readall()


def zip_or_ole_kind(raw: bytes, path: Path) -> str | None:
    """`xlsx`, `xls`, or None for text; refuses containers that hold no workbook and files of other trades."""
    for start, what in FOREIGN.items():
        if raw.startswith(start):
            raise InputRefused(f"{path.name}: {what}, not a table", EXPORT_AGAIN)
    if raw.startswith(ZIP):
        return "xlsx"
    if not raw.startswith(OLE):
        return None
    refuse_large(raw, path)
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise InputRefused(f"{path.name}: the workbook is encrypted", "Open it, remove the password, save it again.")
    return "xls"


def html_kind(raw: bytes, path: Path) -> bool:
    """Whether the text is HTML, whatever the name says; refuses other XML."""
    head = raw[:2048].replace(b"\0", b"").lstrip(NOTHING).lower()
    while head.startswith(b"<!--") and b"-->" in head:
        head = head.partition(b"-->")[2].lstrip()
    is_xml = head.startswith(b"<?xml")
    if is_xml and b"<html" not in head:
        raise InputRefused(f"{path.name}: an XML document, not a table", EXPORT_AGAIN)
    is_html = is_xml or head.startswith(HTML_STARTS)
    if is_html:
        refuse_large(raw, path)
    return is_html


def refuse_large(raw: bytes, path: Path) -> None:
    """Stop at a file that would have to be held in memory many times over."""
    if len(raw) > MAX_BYTES:
        raise InputRefused(f"{path.name}: larger than {MAX_BYTES >> 20} MiB", "Export it as CSV UTF-8.")
