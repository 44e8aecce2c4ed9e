"""Lossless repairs of dossier codes: what people write in a book, read back where it can mean one code only.

Case, a prefix word, separators, blanks, O for 0 and l or I for 1, dropped `000.`, dropped zeros. All on distinct texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.distinct import evaluated
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
TAIL = rf"^(?P<day>[0-9]{D}{{5}}) (?P<number>{D}{{0,5}}[0-9])$"
SERIAL = r"^(?P<number>[0-9]{1,6})$"
SERIAL_WIDTH = 4
PARTS = ("unit_code", "day", "number", "code_repair")
EDGES = " \t\r\n:;.,"
UNIT = rf"(?:(?:{D}{{1,3}} )?{D}{{1,2}} {D}{{1,2}} [A-Z]{D}{{2}}|[A-Z]{D}{{2}}(?: {D}{{1,3}}){{0,4}})"
FULL_CODE = rf"(?i)\b{UNIT} {D}{{6}} {D}{{1,6}}\b"
ANY_CODE = rf"(?:{FULL_CODE}|\b[0-9]{{6}} [0-9]{{1,6}}\b|\b[0-9]{{4,6}}\b)"
NOTHING = pl.lit(None, dtype=pl.String)
SEVERAL_CODES = rf"^{ANY_CODE}(?: {ANY_CODE})+$"
WRITTEN_TWICE = pl.lit("một mã viết hai lần")
BETWEEN_CODES = r"(?i)[;&+]|\bvà\b|\bva\b"


def split_code(well_formed: pl.Expr) -> pl.Expr:
    """The struct `parts` of `unit_code`, `day` and `number`: agency-date-serial."""
    return well_formed.str.splitn("-", 3).struct.rename_fields(["unit_code", "day", "number"]).alias("parts")


def repair(cells: pl.DataFrame, prefixes: Sequence[str]) -> pl.DataFrame:
    """What texts (`cell`, `text`) say: `cell`, `unit_code`, `day`, `number`, `code_repair`, `has_two_codes`.

    No row for a text that can be read in no way or in more than one.
    """
    odd = cells.with_columns(core=without_prefix(pl.col("text"), prefixes))
    sure = _sure(_readings(_groupings(odd)))
    several = _twice_the_same(odd.join(sure, on="cell", how="anti"))
    again = several.filter("is_same").drop("is_same")
    doubled = [_readings(again).unique("cell").with_columns(code_repair=WRITTEN_TWICE)] if again.height else []
    two = several.filter(~pl.col("is_same")).select("cell", has_two_codes=True)
    found = pl.concat([sure, *doubled, two], how="diagonal")
    return found.with_columns(pl.col("has_two_codes").fill_null(value=False))


def _sure(readings: pl.DataFrame) -> pl.DataFrame:
    """The readings of texts that can mean one code only."""
    is_alone = pl.col("cell").is_unique()
    several = readings.filter(~is_alone).unique(
        ["cell", "unit_code", "day", "number"], keep="first", maintain_order=True
    )
    return pl.concat([readings.filter(is_alone), several.filter(is_alone)])


def without_prefix(text: pl.Expr, prefixes: Sequence[str]) -> pl.Expr:
    """The text without words such as HS before the code, and without blanks and stops around it."""
    words = sorted({*prefixes, *fold_words(tuple(prefixes))}, key=len, reverse=True)
    pattern = rf"(?i)^(?:(?:{'|'.join(words)})[\s.:_\-]*)+"
    return text.str.strip_chars(EDGES).str.replace(pattern, "")


def _groupings(cells: pl.DataFrame) -> pl.DataFrame:
    """Each text as groups of letters and digits: blanks taken as separators, and blanks taken as slips."""
    core = pl.col("core")
    loose = cells.with_columns(groups=core.str.replace_all(SEPARATORS, " "))
    slipped = cells.lazy().filter(core.str.contains(r"[0-9A-Za-z]\s+[0-9A-Za-z]"))
    tight = slipped.with_columns(groups=core.str.replace_all(r"\s+", "").str.replace_all(SEPARATORS, " "))
    tight = tight.filter(~pl.col("groups").str.contains(SERIAL))
    return pl.concat([loose, evaluated(tight, cells.height)])


def _readings(cells: pl.DataFrame) -> pl.DataFrame:
    forms = {FORM_A: _as_form_a, FORM_B: _as_form_b, TAIL: _as_tail, SERIAL: _as_serial}
    fits = cells.select(pl.col("groups").str.contains(form).alias(form) for form in forms)
    queries = [
        _matching(cells.filter(fits[form]).lazy(), form).select(read())
        for form, read in forms.items()
        if fits[form].any() or form == SERIAL  # one form always, so that there are columns
    ]
    return pl.concat(evaluated(query, cells.height) for query in queries)


def _matching(cells: pl.LazyFrame, form: str) -> pl.LazyFrame:
    return cells.with_columns(parts=pl.col("groups").str.extract_groups(form)).unnest("parts")


def _as_form_a() -> list[pl.Expr]:
    is_short = pl.col("level4").is_null()
    levels = [pl.col("level4").fill_null("000"), pl.col("level3"), pl.col("level2")]
    padded = [_digits(level).str.zfill(width) for level, width in zip(levels, (3, 2, 2), strict=True)]
    is_padded = pl.concat_str(levels).str.len_bytes() < 7  # noqa: PLR2004 -- 3 + 2 + 2 digits
    unit_code = pl.concat_str(*padded, _province(), separator=".")
    written = pl.concat_str("level4", "level3", "level2", ignore_nulls=True)
    names = [
        *_names_of_any_form(
            written, pl.concat_str("level4", "level3", "level2", "province", separator=".", ignore_nulls=True)
        ),
        pl.when(is_short).then(pl.lit("thêm 000.")),
        pl.when(is_padded).then(pl.lit("thêm số 0 ở mã đơn vị")),
    ]
    return _reading(unit_code, pl.col("day"), names)


def _as_form_b() -> list[pl.Expr]:
    below = _digits(pl.col("below")).str.replace_all(" ", ".", literal=True)
    written = pl.concat_str("province", pl.col("below").str.replace_all(" ", ".", literal=True))
    return _reading(pl.concat_str(_province(), below), pl.col("day"), _names_of_any_form(pl.col("below"), written))


def _as_tail() -> list[pl.Expr]:
    return _reading(NOTHING, pl.col("day"), [])


def _as_serial() -> list[pl.Expr]:
    return _reading(NOTHING, NOTHING, [])


def _reading(unit_code: pl.Expr, day: pl.Expr, names: list[pl.Expr]) -> list[pl.Expr]:
    named = pl.concat_str(*names, separator="; ", ignore_nulls=True) if names else NOTHING
    return [
        pl.col("cell"),
        unit_code.alias("unit_code"),
        _digits(day).alias("day"),
        _digits(pl.col("number")).str.zfill(SERIAL_WIDTH).alias("number"),
        named.replace("", None).alias("code_repair"),
    ]


def _names_of_any_form(below: pl.Expr, unit: pl.Expr) -> list[pl.Expr]:
    """The repairs that either form can need, in words; `below` is what stands in the `unit` beside the province."""
    digits = pl.concat_str(below, pl.col("province").str.slice(1), "day", "number")
    with_separators = pl.concat_str(unit, "day", "number", separator="-")
    trimmed = pl.col("text").str.strip_chars(EDGES)
    cases = [
        (trimmed != pl.col("core"), "bỏ tiền tố HS"),
        (pl.col("province").str.contains(r"^[a-z]"), "viết hoa"),
        ((pl.col("core") != with_separators) | (trimmed != pl.col("text")), "dấu phân cách"),
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
    return _digits(code.str.to_uppercase()).str.replace_all(r"\b0+([0-9])", "${1}").str.strip_prefix("0 ")


def _twice_the_same(unread: pl.DataFrame) -> pl.DataFrame:
    """The texts that hold nothing but several codes; `is_same` where they are one code, which `groups` then holds."""
    blank = pl.col("core").str.replace_all(BETWEEN_CODES, " ").str.replace_all(SEPARATORS, " ").str.strip_chars(" ")
    several = unread.lazy().with_columns(blank=blank).filter(pl.col("blank").str.contains(SEVERAL_CODES))
    codes = several.with_columns(codes=pl.col("blank").str.extract_all(FULL_CODE))
    keys = pl.col("codes").list.eval(_same_code_key(pl.element()))
    is_only_full = pl.col("codes").list.join(" ") == pl.col("blank")
    same = is_only_full & (keys.list.n_unique() == 1)
    same_code = codes.select("cell", "text", "core", is_same=same, groups=pl.col("codes").list.first())
    return evaluated(same_code, unread.height)
