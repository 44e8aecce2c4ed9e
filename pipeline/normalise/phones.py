"""Telephone numbers, alone in a cell or behind an address."""

from __future__ import annotations

import polars as pl

from pipeline.normalise.text import spread

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
LENGTHS = (9, 11)
WITH_COUNTRY_CODE = (11, 12)


def phones_of(text: pl.Series) -> pl.Series:
    """The number in each cell: digits, 84 as 0, with the zero that Excel dropped; of several the first. Else null."""
    cells = text.to_frame("text")
    is_plain = cells.select(pl.col("text").str.contains(PLAIN_NUMBER))["text"].fill_null(value=False)
    odd = ~is_plain & text.is_not_null()
    plain = cells.select(phone=pl.when(is_plain).then("text"))["phone"]
    if not odd.any():
        return plain
    found = cells.filter(odd).lazy().select(phone=phone_number(pl.col("text"))).collect()
    return plain.zip_with(~odd, spread(found, odd)["phone"])


def split_address(text: pl.Series) -> pl.DataFrame:
    """The columns `address` and `phone` of cells that hold both."""
    cells = text.to_frame("text")
    is_plain = cells.select(pl.col("text").str.contains(PLAIN_TAIL))["text"].fill_null(value=False)
    odd = ~is_plain & text.is_not_null()
    cell = pl.when(is_plain).then("text")
    split = cells.select(address=cell.str.head(-TAIL_SIZE), phone=cell.str.tail(TAIL_SIZE))
    if odd.any():
        found = cells.filter(odd).select(
            address=pl.col("text").str.replace_all(NUMBER, ""), found=pl.col("text").str.extract(f"({NUMBER})")
        )
        laid = spread(found.select("address", phone=phones_of(found["found"])), odd)
        split = split.with_columns(split[name].zip_with(~odd, laid[name]) for name in ("address", "phone"))
    return split


def without_label(address: pl.Expr) -> pl.Expr:
    """An address without the word that announced the number behind it."""
    return address.str.strip_chars(EDGES).str.replace(LABEL, "").str.strip_chars(EDGES).replace("", None)


def phone_number(text: pl.Expr) -> pl.Expr:
    """The digits of one cell's number; see `phones_of`."""
    digits = _digits(text)
    first = _digits(text.str.extract(f"({NUMBER})"))
    return _domestic(pl.when(digits.str.len_bytes() <= WITH_COUNTRY_CODE[1]).then(digits).otherwise(first))


def _digits(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"[^0-9]+", "")


def _domestic(digits: pl.Expr) -> pl.Expr:
    size = digits.str.len_bytes()
    has_country_code = digits.str.starts_with("84") & size.is_between(*WITH_COUNTRY_CODE)
    number = pl.when(has_country_code).then(pl.lit("0") + digits.str.slice(2)).otherwise(digits)
    lost_zero = number.str.contains(r"^[35789][0-9]{8}$")
    number = pl.when(lost_zero).then(pl.lit("0") + number).otherwise(number)
    return pl.when(number.str.len_bytes().is_between(*LENGTHS)).then(number)
