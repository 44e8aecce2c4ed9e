"""Which part of a workbook's archive holds which sheet."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from zipfile import ZipFile

BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
Attributes = dict[str, str]


def sheets_by_part(archive: ZipFile) -> dict[str, str]:
    """The sheet's name by the name of its part in lower case; none where the two lists are unreadable."""
    try:
        sheets, links = _elements(archive, BOOK, "sheet"), _elements(archive, LINKS, "Relationship")
    except (KeyError, expat.ExpatError):
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    return {_part(targets.get(_link(sheet), "")): sheet.get("name", "") for sheet in sheets}


def _elements(archive: ZipFile, part: str, kind: str) -> list[Attributes]:
    """The attributes of all elements of a kind."""
    found: list[Attributes] = []

    def start(name: str, attributes: Attributes) -> None:
        if name.rpartition(":")[2] == kind:
            found.append(attributes)

    stored = {name.lower(): name for name in archive.namelist()}
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(archive.read(stored[part]), True)
    return found


def _link(sheet: Attributes) -> str | None:
    """The id of the relationship, whatever the prefix of its namespace."""
    return next((text for name, text in sheet.items() if name.endswith(":id")), None)


def _part(target: str) -> str:
    """A target is named from the archive's root, or from the folder of the workbook."""
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/").lower()
