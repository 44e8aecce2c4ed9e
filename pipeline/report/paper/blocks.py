"""What stands on the paper, one under the other, before anybody thinks of fonts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """A line that opens a part: level 1 "I. ...", level 2 "1. ..."; 0 an annex's own title, centred."""

    level: Literal[0, 1, 2]
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Justified text. A `warning` is bold; what is `centred` is also not indented."""

    text: str
    is_warning: bool = False
    is_centred: bool = False


@dataclass(frozen=True)
class Grid:
    """A ruled table. `spans` are headings over several columns: (text, columns), "" where a column stands alone.

    Columns from `numbers_from` on are numbers and centred; a `total` is a bold last row.
    """

    caption: str
    columns: Cells
    rows: tuple[Cells, ...]
    widths: tuple[float, ...]  # shares of the page's width
    total: Cells = ()
    spans: tuple[tuple[str, int], ...] = ()
    numbering: Cells = ()  # "(1)", "(2)" ... under the columns, as printed forms have them
    numbers_from: int = 1
    size: int = 12  # points


Block = Heading | Paragraph | Grid


@dataclass(frozen=True)
class Annex:
    """A part that begins on a page of its own, across the page when its table is wide."""

    blocks: tuple[Block, ...]
    is_landscape: bool = False


@dataclass(frozen=True)
class Document:
    """A whole paper: the head's texts, its body, the foot and the annexes."""

    issuer: Cells  # lines
    nation: Cells  # name and motto
    number: str
    draft: str
    place_and_date: str
    kind: str  # "BÁO CÁO"
    subject: Cells  # lines of the abstract (trích yếu)
    body: tuple[Block, ...]
    recipients_title: str
    recipients: Cells
    signer: Cells  # lines over the signature's place
    annexes: tuple[Annex, ...] = field(default=())
