"""Telephone numbers, alone in a cell or behind an address."""

from __future__ import annotations

import polars as pl

from pipeline.normalise.distinct import evaluated, unread, with_cells

B = r"(?-u:\b)"  # of ASCII words: the other kind is ten times slower
GAP = r"[ .\-]?"
NUMBER = (
    rf"(?:\+84|{B}84|{B}0){GAP}(?:[35789](?:{GAP}[0-9]){{8}}|[1246](?:{GAP}[0-9]){{8,9}}){B}|{B}[35789][0-9]{{8}}{B}"
)
PLAIN_NUMBER = r"^0[0-9]{8,10}$"
PLAIN_TAIL = r"[^0-9+.\- ] *0[0-9]{9}$"  # "Thôn 2, 0912345678"; after a digit it could be one number with it
TAIL_SIZE = 10
LABEL = r"(?i)\b(?:sđt|sdt|số điện thoại|điện thoại|đt|dt|tel)[ .:]*$"
EDGES = " ,;:.-–/\n()"
LONGEST = 12  # digits of one number, with its country's code
WITH_COUNTRY_CODE, WITHOUT_ZERO = r"^84([0-9]{9,10})$", r"^([35789][0-9]{8})$"
LENGTHS = r"^([0-9]{9,11})$"
# what is left of a number that a spreadsheet took for a quantity: all digits (9.12345678E8), or fewer than were written
WHOLE, EXACT_9, EXACT_10 = r"^([0-9]+)\.0+$", r"^([0-9])\.([0-9]{8})E\+?0?8$", r"^([0-9])\.([0-9]{9})E\+?0?9$"
ROUNDED = r"^[0-9](?:\.[0-9]*)?E\+?[0-9]+$"


def phones_of(text: pl.Series) -> pl.Series:
    """The number in each cell: digits, 84 as 0, with the zero that Excel dropped; of several the first. Else null."""
    if text.null_count() == text.len():
        return text
    plain = text.to_frame("text").select(pl.when(pl.col("text").str.contains(PLAIN_NUMBER)).then("text")).to_series()
    if plain.null_count() == text.null_count():
        return plain
    odd = unread(text, plain)
    found = evaluated(odd.lazy().select(phone_number(pl.col("text"))), odd.height)
    return with_cells(plain, odd["cell"], found.to_series())


def split_address(text: pl.Series) -> pl.DataFrame:
    """The columns `address` and `phone` of cells that hold both."""
    if text.null_count() == text.len():
        return pl.DataFrame({"address": text, "phone": text})
    split = evaluated(text.to_frame("text").lazy().select(_plain_split(pl.col("text"))), text.len())
    odd = split["has_odd_number"].fill_null(value=False).arg_true()
    if odd.is_empty():
        return split.select("address", "phone")
    cell = pl.col("text")
    number = _domestic(_digits(cell.str.extract(f"({NUMBER})")))
    cut = text.gather(odd).to_frame("text").lazy().select(address=cell.str.replace_all(NUMBER, ""), phone=number)
    found = evaluated(cut, odd.len())
    return pl.DataFrame([with_cells(split[values.name], odd, values) for values in found])


def _plain_split(cell: pl.Expr) -> list[pl.Expr]:
    """`address` and `phone` where ten digits end the cell; else all is address, and `has_odd_number` may be true."""
    is_plain = cell.str.contains(PLAIN_TAIL)
    plain = pl.when(is_plain).then(cell)
    return [
        pl.when(is_plain).then(plain.str.head(-TAIL_SIZE)).otherwise(cell).alias("address"),
        plain.str.tail(TAIL_SIZE).alias("phone"),
        pl.when(~is_plain).then(cell).str.contains(NUMBER).alias("has_odd_number"),
    ]


def without_label(address: pl.Expr) -> pl.Expr:
    """An address without the word that announced the number behind it."""
    return address.str.strip_chars(EDGES).str.replace(LABEL, "").str.strip_chars(EDGES).replace("", None)


def phone_number(text: pl.Expr) -> pl.Expr:
    """The digits of one cell's number; see `phones_of`."""
    text = _unquantified(text)
    digits = _digits(text)
    is_one = digits.str.len_bytes() <= LONGEST
    first = _digits(pl.when(~is_one).then(text).str.extract(f"({NUMBER})"))
    return _domestic(pl.when(is_one).then(digits).otherwise(first))


def _unquantified(text: pl.Expr) -> pl.Expr:
    upper = text.str.strip_chars().str.to_uppercase().str.replace(WHOLE, "${1}")
    exact = upper.str.replace(EXACT_9, "${1}${2}").str.replace(EXACT_10, "${1}${2}")
    return pl.when(~exact.str.contains(ROUNDED)).then(exact)


def _digits(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"[^0-9]+", "")


def _domestic(digits: pl.Expr) -> pl.Expr:
    """With 0 for 84, and with the zero that Excel dropped; each text named once, else polars works it out again."""
    number = digits.str.replace(WITH_COUNTRY_CODE, "0${1}").str.replace(WITHOUT_ZERO, "0${1}")
    return number.str.extract(LENGTHS)
