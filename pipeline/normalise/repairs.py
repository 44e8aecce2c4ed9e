"""Lossless repairs of dossier codes: what people write in a book, read back where it can mean one code only.

Case, a prefix word, separators, blanks, O for 0 and l or I for 1, dropped `000.`, dropped zeros. All on distinct texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.text import fold_words

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOK_ALIKES = {"O": "0", "o": "0", "I": "1", "i": "1", "L": "1", "l": "1"}  # L and i: l and I in the other case
D = "[0-9OoIiLl]"
SEPARATORS = r"[\s.,/_\-\u{2010}-\u{2015}\u{2212}]+"  # dashes of all widths, the non-breaking one, the minus sign
FORM_A = (
    rf"^(?:(?P<level4>{D}{{1,3}}) )?(?P<level3>{D}{{1,2}}) (?P<level2>{D}{{1,2}}) (?P<province>[A-Za-z]{D}{{2}})"
    rf" (?P<day>{D}{{6}}) (?P<number>{D}{{1,6}})$"
)
FORM_B = rf"^(?P<province>[A-Za-z]{D}{{2}})(?P<below>(?: {D}{{1,3}}){{0,4}}) (?P<day>{D}{{6}}) (?P<number>{D}{{1,6}})$"
TAIL = rf"^(?P<day>\d{D}{{5}}) (?P<number>{D}{{0,5}}\d)$"
SERIAL = r"^(\d{1,6})$"
SERIAL_WIDTH = 4
EDGES = " \t\r\n:;.,"
UNIT = rf"(?:(?:{D}{{1,3}} )?{D}{{1,2}} {D}{{1,2}} [A-Z]{D}{{2}}|[A-Z]{D}{{2}}(?: {D}{{1,3}}){{0,4}})"
FULL_CODE = rf"(?i)\b{UNIT} {D}{{6}} {D}{{1,6}}\b"
ANY_CODE = rf"(?:{FULL_CODE}|\b\d{{6}} \d{{1,6}}\b|\b\d{{4,6}}\b)"
WRITTEN_TWICE = pl.lit("một mã viết hai lần")
BETWEEN_CODES = r"(?i)[;&+]|\bvà\b|\bva\b"


def split_code(well_formed: pl.DataFrame) -> pl.DataFrame:
    """The parts `unit_code`, `day` and `number` of the column `text`: agency-date-serial."""
    fields = pl.col("text").str.splitn("-", 3).struct.rename_fields(["unit_code", "day", "number"])
    return well_formed.select(fields.alias("parts")).unnest("parts")


def repair(texts: pl.Series, prefixes: Sequence[str]) -> pl.DataFrame:
    """What each distinct text says: `text`, `unit_code`, `day`, `number`, `code_repair`, `has_two_codes`.

    All null where it can be read in no way or in more than one.
    """
    cells = texts.to_frame("text").with_columns(core=without_prefix(pl.col("text"), prefixes))
    readings = _readings(_groupings(cells)).unique(["text", "unit_code", "day", "number"], maintain_order=True)
    sure = readings.filter(pl.col("text").is_unique())
    unread = cells.join(sure, on="text", how="anti")
    once_more = _twice_the_same(unread)
    doubled = (
        _readings(once_more.filter("is_same").drop("is_same")).unique("text").with_columns(code_repair=WRITTEN_TWICE)
    )
    several = once_more.filter(~pl.col("is_same")).select("text", has_two_codes=True)
    found = texts.to_frame("text").join(pl.concat([sure, doubled]), on="text", how="left")
    return found.join(several, on="text", how="left").with_columns(pl.col("has_two_codes").fill_null(value=False))


def without_prefix(text: pl.Expr, prefixes: Sequence[str]) -> pl.Expr:
    """The text without words such as HS before the code, and without blanks and stops around it."""
    words = sorted({*prefixes, *fold_words(tuple(prefixes))}, key=len, reverse=True)
    pattern = rf"(?i)^(?:(?:{'|'.join(words)})[\s.:_\-]*)+"
    return text.str.strip_chars(EDGES).str.replace(pattern, "")


def _groupings(cells: pl.DataFrame) -> pl.DataFrame:
    """Each text as groups of letters and digits: blanks taken as separators, and blanks taken as slips."""
    loose = cells.with_columns(groups=pl.col("core").str.replace_all(SEPARATORS, " "))
    slipped = cells.filter(pl.col("core").str.contains(r"[0-9A-Za-z]\s+[0-9A-Za-z]"))
    tight = slipped.with_columns(groups=pl.col("core").str.replace_all(r"\s+", "").str.replace_all(SEPARATORS, " "))
    return pl.concat([loose, tight.filter(~pl.col("groups").str.contains(SERIAL))])


def _readings(cells: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(read(cells) for read in (_as_form_a, _as_form_b, _as_tail, _as_serial))


def _as_form_a(cells: pl.DataFrame) -> pl.DataFrame:
    found = _matching(cells, FORM_A)
    is_short = pl.col("level4").is_null()
    levels = [pl.col("level4").fill_null("000"), pl.col("level3"), pl.col("level2")]
    padded = [_digits(level).str.zfill(width) for level, width in zip(levels, (3, 2, 2), strict=True)]
    is_padded = pl.concat_str(levels).str.len_bytes() < 7  # noqa: PLR2004 -- 3 + 2 + 2 digits
    unit_code = pl.concat_str(*padded, _province(), separator=".")
    written = pl.concat_str("level4", "level3", "level2", ignore_nulls=True)
    names = [
        *_names_of_any_form(written, pl.when(is_short).then(pl.lit("x.x.x-x-x")).otherwise(pl.lit("x.x.x.x-x-x"))),
        pl.when(is_short).then(pl.lit("thêm 000.")),
        pl.when(is_padded).then(pl.lit("thêm số 0 ở mã đơn vị")),
    ]
    return _read(found, unit_code, names)


def _as_form_b(cells: pl.DataFrame) -> pl.DataFrame:
    found = _matching(cells, FORM_B)
    below = _digits(pl.col("below")).str.replace_all(" ", ".", literal=True)
    separators = pl.concat_str(pl.lit("x"), pl.col("below").str.replace_all(r" [^ ]+", ".x"), pl.lit("-x-x"))
    return _read(found, pl.concat_str(_province(), below), _names_of_any_form(pl.col("below"), separators))


def _as_tail(cells: pl.DataFrame) -> pl.DataFrame:
    return _read(_matching(cells, TAIL), pl.lit(None, dtype=pl.String), [])


def _as_serial(cells: pl.DataFrame) -> pl.DataFrame:
    found = cells.with_columns(number=pl.col("groups").str.extract(SERIAL)).filter(pl.col("number").is_not_null())
    return _read(found.with_columns(day=pl.lit(None, dtype=pl.String)), pl.lit(None, dtype=pl.String), [])


def _matching(cells: pl.DataFrame, form: str) -> pl.DataFrame:
    parts = cells.with_columns(parts=pl.col("groups").str.extract_groups(form)).unnest("parts")
    return parts.filter(pl.col("number").is_not_null())


def _read(found: pl.DataFrame, unit_code: pl.Expr, names: list[pl.Expr]) -> pl.DataFrame:
    named = pl.concat_str(*names, separator="; ", ignore_nulls=True) if names else pl.lit(None, dtype=pl.String)
    return found.select(
        "text",
        unit_code=unit_code,
        day=_digits(pl.col("day")),
        number=_digits(pl.col("number")).str.zfill(SERIAL_WIDTH),
        code_repair=named.replace("", None),
    )


def _names_of_any_form(unit: pl.Expr, separators: pl.Expr) -> list[pl.Expr]:
    """The repairs that either form can need, in words; `unit` is what stands in the unit beside the province."""
    digits = pl.concat_str(unit, pl.col("province").str.slice(1), "day", "number")
    as_written = pl.col("core").str.replace_all(r"[0-9A-Za-z]+", "x")
    trimmed = pl.col("text").str.strip_chars(EDGES)
    cases = [
        (trimmed != pl.col("core"), "bỏ tiền tố HS"),
        (pl.col("province").str.contains(r"^[a-z]"), "viết hoa"),
        ((as_written != separators) | (trimmed != pl.col("text")), "dấu phân cách"),
        (digits.str.contains("[Oo]"), "chữ O thành số 0"),
        (digits.str.contains("[IiLl]"), "chữ I thành số 1"),
        (pl.col("number").str.len_bytes() < SERIAL_WIDTH, "thêm số 0 ở số thứ tự"),
    ]
    return [pl.when(condition).then(pl.lit(name)) for condition, name in cases]


def _digits(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(LOOK_ALIKES)


def _province() -> pl.Expr:
    province = pl.col("province")
    return province.str.head(1).str.to_uppercase() + _digits(province.str.slice(1))


def _same_code_key(code: pl.Expr) -> pl.Expr:
    return _digits(code.str.to_uppercase()).str.replace_all(r"\b0+(\d)", "${1}").str.strip_prefix("0 ")


def _twice_the_same(unread: pl.DataFrame) -> pl.DataFrame:
    """The texts that hold nothing but several codes; `is_same` where they are one code, which `groups` then holds."""
    blank = pl.col("core").str.replace_all(BETWEEN_CODES, " ").str.replace_all(SEPARATORS, " ").str.strip_chars(" ")
    several = unread.with_columns(blank=blank).filter(pl.col("blank").str.contains(rf"^{ANY_CODE}(?: {ANY_CODE})+$"))
    codes = several.with_columns(codes=pl.col("blank").str.extract_all(FULL_CODE))
    keys = pl.col("codes").list.eval(_same_code_key(pl.element()))
    is_only_full = pl.col("codes").list.join(" ") == pl.col("blank")
    return codes.select(
        "text", "core", is_same=is_only_full & (keys.list.n_unique() == 1), groups=pl.col("codes").list.first()
    )
