"""The paper as DOCX: head, body, foot, annexes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pipeline.report.paper.blocks import Grid, Heading
from pipeline.report.paper.grid import add_grid, placing_table
from pipeline.report.paper.layout import CENTRE, START, Look, begin_section, blank_paper, rule, text_width, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from docx.document import Document as Docx
    from docx.table import _Cell  # pyright: ignore[reportPrivateUsage] -- the type of a public value

    from pipeline.report.paper.blocks import Block, Cells, Document, Paragraph

LEFT_SHARE, RIGHT_SHARE = 0.4, 0.6
PLACE_FOR_SIGNATURE = 5  # lines
CENTRED = Look(align=CENTRE)
BODY = Look(indent=True, before=3, after=3)
PART = Look(bold=True, align=START, indent=True, before=6, after=3, keep=True)
TITLE = Look(bold=True, align=CENTRE, keep=True)
NOTE = Look(size=13, italic=True, align=CENTRE, after=4)
OLDEST = (1980, 1, 1, 0, 0, 0)  # a zip's first day: the same input gives the same bytes


def render_document(document: Document, lang: str, made_on: date) -> bytes:
    """The paper's bytes, the same for the same input."""
    paper = blank_paper(lang)
    _name(paper, document, made_on)
    _add_head(paper, document)
    _add_blocks(paper, document.body)
    _add_foot(paper, document)
    for annex in document.annexes:
        begin_section(paper, is_landscape=annex.is_landscape)
        _add_blocks(paper, annex.blocks)
    buffer = BytesIO()
    paper.save(buffer)
    return _timeless(buffer)


def _name(paper: Docx, document: Document, made_on: date) -> None:
    facts = paper.core_properties
    facts.title, facts.author, facts.comments = " ".join(document.subject), "doichieu", ""
    facts.created = facts.modified = datetime.combine(made_on, datetime.min.time(), UTC)
    facts.last_modified_by, facts.revision = "doichieu", 1


def _add_head(paper: Docx, document: Document) -> None:
    table = placing_table(paper, (LEFT_SHARE, RIGHT_SHARE), 2)
    width = text_width(paper)
    left, right = table.rows[0].cells
    _stack(left, document.issuer, replace(CENTRED, size=12, bold=True))
    rule(left.add_paragraph(), int(width * LEFT_SHARE), 0.4)
    _stack(right, document.nation[:1], replace(CENTRED, size=12, bold=True))
    write(right.add_paragraph(), document.nation[1], replace(CENTRED, size=13, bold=True))
    rule(right.add_paragraph(), int(width * RIGHT_SHARE), 0.56)
    left, right = table.rows[1].cells
    _stack(left, (document.number,), replace(CENTRED, size=13))
    write(left.add_paragraph(), document.draft, replace(CENTRED, size=13, bold=True, before=2))
    _stack(right, (document.place_and_date,), replace(CENTRED, size=13, italic=True))
    write(paper.add_paragraph(), document.kind, replace(CENTRED, bold=True, before=14))
    for line in document.subject:
        write(paper.add_paragraph(), line, replace(CENTRED, bold=True))
    rule(paper.add_paragraph(), width, 0.25)
    write(paper.add_paragraph(), "", Look(size=8))


def _stack(cell: _Cell, lines: Cells, look: Look) -> None:
    """Lines one under the other, the first in the paragraph that every cell has."""
    for place, line in enumerate(lines):
        write(cell.add_paragraph() if place else cell.paragraphs[0], line, look)


def _add_blocks(paper: Docx, blocks: Iterable[Block]) -> None:
    for block in blocks:
        if isinstance(block, Grid):
            add_grid(paper, block)
        else:
            write(paper.add_paragraph(), block.text, _look(block))


def _look(block: Heading | Paragraph) -> Look:
    if isinstance(block, Heading):
        return TITLE if block.level == 0 else PART
    return NOTE if block.is_centred else replace(BODY, bold=block.is_warning)


def _add_foot(paper: Docx, document: Document) -> None:
    """Nơi nhận 12/11 on the left, the signer's title on the right, and nothing where the signature goes."""
    write(paper.add_paragraph(), "", Look(size=8))
    table = placing_table(paper, (0.5, 0.5), 1)
    left, right = table.rows[0].cells
    write(left.paragraphs[0], document.recipients_title, Look(size=12, bold=True, italic=True, align=START))
    for recipient in document.recipients:
        write(left.add_paragraph(), recipient, Look(size=11, align=START))
    _stack(right, document.signer, replace(CENTRED, bold=True))
    for _ in range(PLACE_FOR_SIGNATURE):
        write(right.add_paragraph(), "", CENTRED)


def _timeless(buffer: BytesIO) -> bytes:
    """The same package without the time at which it was packed."""
    packed = BytesIO()
    with ZipFile(buffer) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = ZipInfo(name, OLDEST)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()
