"""The paper's look: NĐ 30/2020/NĐ-CP, annex I. A4, margins 20/20/30/20 mm, Times New Roman 14."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.section import Section
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
BODY_SIZE = 14
WIDTH, HEIGHT = Mm(210), Mm(297)
TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(20)
TO_PAGE_NUMBER = Mm(10)
INDENT = Mm(12.7)
UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
CENTRE, JUSTIFY, START = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT


def blank_paper(lang: str) -> Docx:
    """An empty A4 document with the decree's margins, font and page number."""
    paper = docx.Document()
    _set_style(paper, lang)
    section = paper.sections[0]
    _set_page(section)
    section.different_first_page_header_footer = True  # no number on page 1
    _number_pages(section.header.paragraphs[0])
    return paper


def begin_section(paper: Docx, *, is_landscape: bool) -> None:
    """Go on on a new page, upright or across; pages go on counting."""
    section = paper.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    _set_page(section)
    if is_landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = HEIGHT, WIDTH
        section.top_margin, section.bottom_margin = LEFT, RIGHT  # the edge that is bound lies on top
        section.left_margin, section.right_margin = BOTTOM, TOP
        section.header_distance = TO_PAGE_NUMBER + Mm(5)


def element(part: Any) -> Any:  # noqa: ANN401 -- any part of a document, and its lxml element
    """The XML of a paragraph, row or table: for what python-docx has no words for."""
    return part._element  # noqa: SLF001 -- the one way to it


def text_width(paper: Docx) -> int:
    """Between the margins of the last section."""
    section = paper.sections[-1]
    return (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)


@dataclass(frozen=True)
class Look:
    """How a paragraph looks; sizes and spaces in points."""

    size: float = BODY_SIZE
    bold: bool = False
    italic: bool = False
    align: WD_ALIGN_PARAGRAPH = JUSTIFY
    indent: bool = False
    before: float = 0
    after: float = 0
    keep: bool = False  # on one page with what follows


def write(paragraph: Paragraph, text: str, look: Look) -> None:
    """Fill a paragraph with one run of text; control characters, which no DOCX can hold, are left out."""
    run = paragraph.add_run(UNPRINTABLE.sub("", text))
    run.bold, run.italic, run.font.size = look.bold, look.italic, Pt(look.size)
    shape = paragraph.paragraph_format
    shape.alignment, shape.keep_with_next = look.align, look.keep
    shape.first_line_indent = INDENT if look.indent else 0
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)


def rule(paragraph: Paragraph, width: int, share: float) -> None:
    """A thin line as long as a share of the width, in the middle, right under the paragraph before."""
    write(paragraph, "", Look(size=2, align=CENTRE))
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = int(width * (1 - share) / 2)
    shape.line_spacing = Pt(4)
    shape.space_before = Pt(2)
    border = '<w:pBdr {}><w:top w:val="single" w:sz="6" w:space="0" w:color="auto"/></w:pBdr>'
    _insert_border(paragraph, border.format(nsdecls("w")))


def _insert_border(paragraph: Paragraph, xml: str) -> None:
    """The schema wants borders before spacing and indents."""
    properties = element(paragraph).get_or_add_pPr()
    followers = [child for child in properties if child.tag in {qn("w:spacing"), qn("w:ind"), qn("w:jc"), qn("w:rPr")}]
    border = parse_xml(xml)
    if followers:
        followers[0].addprevious(border)
    else:
        properties.append(border)


def _set_style(paper: Docx, lang: str) -> None:
    style: ParagraphStyle = paper.styles["Normal"]  # pyright: ignore[reportAssignmentType] -- it is one
    style.font.name, style.font.size = FONT, Pt(BODY_SIZE)
    fonts: Any = style.element.rPr.rFonts
    for kind in ("w:eastAsia", "w:cs"):
        fonts.set(qn(kind), FONT)
    style.element.rPr.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{LANGUAGES[lang]}" w:eastAsia="vi-VN"/>'))
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0


def _set_page(section: Section) -> None:
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = WIDTH, HEIGHT
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.header_distance = section.footer_distance = TO_PAGE_NUMBER


def _number_pages(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.alignment = CENTRE
    run = f'<w:r><w:rPr><w:sz w:val="{2 * BODY_SIZE}"/></w:rPr><w:t>2</w:t></w:r>'
    field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE ">{run}</w:fldSimple>')
    element(paragraph).append(field)
