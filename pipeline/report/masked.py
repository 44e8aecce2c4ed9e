"""Text from data as a mail may carry it: names as initials, no long numbers, nothing that a mail program acts on."""

from __future__ import annotations

import polars as pl

from pipeline.report.aligned import INVISIBLE

WORD = r"\p{L}[\p{L}\p{M}]*"
INITIALS = 8  # words; a longer name is cut
LONG_NUMBER = r"\+?\p{Nd}(?:[ .\-]?\p{Nd}){8,}"  # a phone has 9 digits or more, an ID number 9 or 12


def initials(name: pl.Expr) -> pl.Expr:
    """A name as its words' first letters, `N. T. Đ.`; digits and signs vanish, null stays null."""
    letters = name.str.normalize("NFC").str.extract_all(WORD).list.head(INITIALS)
    return letters.list.eval(pl.element().str.head(1).str.to_uppercase() + ".").list.join(" ")


def one_line(text: pl.Expr, longest: int) -> pl.Expr:
    """Text without invisible signs and without addresses to click, `longest` characters at most."""
    visible = text.str.replace_all(INVISIBLE, " ").str.replace_all(r"\s+", " ").str.strip_chars()
    return cut(visible.str.replace_all("://", ": //", literal=True), longest)


def free_text(text: pl.Expr, longest: int) -> pl.Expr:
    """The same without long numbers: procedures are copied from books by hand, and a phone may stand behind one."""
    return one_line(text.str.replace_all(LONG_NUMBER, "…"), longest)


def cut(text: pl.Expr, longest: int) -> pl.Expr:
    """Text of `longest` characters at most; an ellipsis where something is left out."""
    head = text.str.head(longest - 1).str.strip_chars_end(" …") + "…"
    return pl.when(text.str.len_chars() > longest).then(head).otherwise(text)


def calm(text: str) -> str:
    """A name from the configuration on one line, without an address to click."""
    return " ".join(text.split()).replace("://", ": //")
