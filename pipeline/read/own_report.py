"""Whether a file is what doichieu wrote itself: it often lies beside the exports when they are compared again."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

from pipeline.read.source import read_head

if TYPE_CHECKING:
    from pathlib import Path

AUTHOR = "doichieu"  # of workbooks, and the generator of pages
PROPERTIES = "docProps/core.xml"
WORKBOOK_MARK = f"<dc:creator>{AUTHOR}</dc:creator>".encode()
AS_WRITTEN = str.maketrans(";\t", ",,", '"')  # a spreadsheet may have saved the table anew
PAGE_MARK = f'<meta name="generator" content="{AUTHOR}">'


def is_own_report(path: Path) -> bool:
    """Whether doichieu wrote this workbook, page, bare table or text.

    Raises:
        FileFault: it cannot be read, or nothing stands in it.
    """
    head = read_head(path)
    if head.startswith(b"PK"):
        return _is_own_workbook(path)
    text = head.decode(errors="replace")
    return PAGE_MARK in text or text.translate(AS_WRITTEN).startswith(_first_lines())


def _is_own_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as book:
            return WORKBOOK_MARK in book.read(PROPERTIES)
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):  # not ours
        return False


def _first_lines() -> tuple[str, ...]:
    from pipeline.report.phrases import LANGUAGES, load_phrases
    from schemas.contract import LINK_TYPES, MISMATCH_TYPES, QUARANTINE_TYPES

    titles = (load_phrases(lang)["report.title"] for lang in LANGUAGES)
    return (*titles, *(",".join(columns) for columns in (MISMATCH_TYPES, LINK_TYPES, QUARANTINE_TYPES)))
