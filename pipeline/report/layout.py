"""The mail's page laid out as plain text and as HTML by the templates in schemas/templates."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TYPE_CHECKING, cast

from pipeline.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment, Template

    from pipeline.report.page import Page
    from pipeline.report.tables import Row

WIDTH = 72


def template(name: str) -> Template:
    """One of schemas/templates; HTML escapes all texts."""
    return _environment().get_template(name)


def plain_text(page: Page) -> str:
    """The page in lines of 72 characters, broken between words."""
    return template("mail.txt.j2").render(page=page)


def html(page: Page) -> str:
    """The page as one HTML document without anything from outside; all texts escaped."""
    return template("mail.html.j2").render(page=page)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=FileSystemLoader(ROOT / "schemas" / "templates"),
        autoescape=select_autoescape(["html.j2"], default=True, disabled_extensions=["txt.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    cast("dict[str, object]", made.filters).update(wrapped=_wrapped, in_words=_in_words)
    return made


def _wrapped(text: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _in_words(row: Row, columns: Sequence[str]) -> str:
    """A table's row as a sentence: a grid would break on a phone."""
    cells = ", ".join(f"{column.lower()} {cell}" for column, cell in zip(columns[1:], row.cells, strict=True))
    return f"{row.name}: {cells}"
