"""Tell the rows below the header apart: data, or one of the kinds that people and printers put between and under them.

Only rows that look unlike data are folded and compared with words; a million dense rows cost a few cheap tests. In
doubt a row is data: the V rules then say what is wrong with it, and nothing disappears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from pipeline.recognise.cells import (
    BEGIN,
    DATES,
    END,
    SPARSE_CELLS,
    begins_with_total,
    carries_a_key,
    is_certainly_data,
    row_text,
)
from pipeline.recognise.numbering import numbering_positions
from pipeline.recognise.plain import fold_cells, keys_of, words_pattern
from pipeline.shared import as_text

if TYPE_CHECKING:
    from pipeline.profiles import FeedProfile
    from pipeline.recognise.header import Keys

GROUP_CELLS = 2  # a group's name stands in one of the first columns
# "Xã A, ngày 31 tháng 3 năm 2026"
PLACE_AND_DATE = rf"(?:{BEGIN}|\D )ngay (?:\d{{1,2}} )?thang (?:\d{{1,2}} )?nam(?: \d{{2,4}})?{END}"
ENUMERATOR = r"^(?:[ivx]+|[a-h])$"  # "I" or "A" in the cell before a group's name
AFTER_TOTAL = r"\d|ho so"  # what may follow a single word: "Cộng 57", never the name "Tống Văn ..."
ANCHORS = ("dossier_code", *DATES, "status")  # columns whose data are least like a heading

MARKS = {  # what is asked about a row that may not be data
    "position": pl.UInt32,
    "filled": pl.UInt32,
    **dict.fromkeys(("is_header", "is_total", "has_key", "is_signature", "is_group"), pl.Boolean),
}


class Layout(NamedTuple):
    """What the header and the profile say about the rows below it."""

    cells: list[str]
    headers: tuple[Keys, ...]  # the folded header rows, one or two
    columns: dict[str, str]  # canonical column → cell column
    profile: FeedProfile

    @property
    def sparse(self) -> int:
        """The most filled cells that a row can have and still be doubted."""
        width = sum(any(keys) for keys in zip(*self.headers, strict=True))
        return max(1, min(SPARSE_CELLS, width // 2))

    @property
    def keys(self) -> list[str]:
        """The columns that hold the folded cells."""
        return [self.key(cell) for cell in self.cells]

    @staticmethod
    def key(cell: str) -> str:
        """The column that holds a cell's folded text."""
        return f"key_{cell}"

    def words(self, mark: str) -> list[str]:
        """The profile's folded words for one kind of row."""
        return keys_of(self.profile.marks.get(mark, ()))


def body_kinds(body: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """`position` (within the body) and `kind` of each row below the header that is not data beyond doubt, in order.

    The kind is null where a doubted row is data after all.
    """
    filled = pl.sum_horizontal(pl.col(layout.cells).is_not_null())
    is_sparse = (filled > 0) & (filled <= layout.sparse)
    seen = body.select(filled=filled, is_odd=_looks_odd(layout) | is_sparse)
    doubted = _doubted(body, seen, layout)
    repeats = doubted.filter("is_header")["position"]
    numbering = numbering_positions(body, layout.cells, repeats)
    found = _found(doubted, numbering, seen["filled"], layout)
    kinds = {"blank": (seen["filled"] == 0).arg_true(), "numbering": numbering}
    return pl.concat([found, *(_of_kind(positions, kind) for kind, positions in kinds.items())]).sort("position")


def _of_kind(positions: pl.Series, kind: str) -> pl.DataFrame:
    """Positions with the kind of row that stands there."""
    return positions.to_frame("position").select(pl.col("position").cast(pl.UInt32), kind=pl.lit(kind))


def _looks_odd(layout: Layout) -> pl.Expr:
    """Cheap tests for a total and for the header once more, however many cells are filled."""
    total = begins_with_total(pl.col(layout.cells[0]).cast(pl.String), layout.profile)
    return pl.any_horizontal(total, *(_is_wordy(keys, layout) for keys in layout.headers))


def _doubted(body: pl.DataFrame, seen: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The few rows that may not be data: `position`, `filled` and the marks by which their kind is known."""
    at = seen["is_odd"].arg_true()
    rows = as_text(body.select(pl.col(layout.cells).gather(at))).with_columns(seen["filled"].gather(at), position=at)
    rows = rows.filter(~is_certainly_data(layout.cells, layout.columns)) if rows.height else rows
    if not rows.height:
        return pl.DataFrame(schema=MARKS)
    folded = rows.hstack(fold_cells(rows.select(layout.cells)).rename(layout.key))
    return folded.select(
        pl.col("position", "filled").cast(pl.UInt32),
        is_header=_is_header(layout),
        is_total=_is_total(layout),
        has_key=carries_a_key(layout.columns, layout.profile),
        is_signature=row_text(layout.keys).str.contains(_signing(layout)).fill_null(value=False),
        is_group=_is_group(layout),
    )


def _found(doubted: pl.DataFrame, numbering: pl.Series, filled: pl.Series, layout: Layout) -> pl.DataFrame:
    """Kinds of the doubted rows: repeated headers, totals, groups anywhere, signatures; null for data.

    Signatures are what stands under the last data row from the first signing word on.
    """
    if not doubted.height:
        return doubted.select("position", kind=pl.lit("header"))
    rest = doubted.filter(~pl.col("position").is_in(numbering.implode()))
    is_loose = ~pl.col("is_total") & (pl.col("filled") <= layout.sparse) & ~pl.col("has_key")
    marked = rest.with_columns(is_loose=is_loose & ~pl.col("is_header"))
    outside = marked.filter(pl.any_horizontal("is_header", "is_total", "is_loose"))["position"]
    last_data = _last_data(filled, pl.concat([outside, numbering]))
    is_tail = pl.col("is_loose") & (pl.col("position") > last_data)
    kind = (
        pl.when("is_header")
        .then(pl.lit("header"))
        .when("is_total")
        .then(pl.lit("total"))
        .when(is_tail & (is_tail & pl.col("is_signature")).cum_max())
        .then(pl.lit("signature"))
        .when(pl.col("is_loose") & pl.col("is_group"))
        .then(pl.lit("group"))
    )
    return marked.select("position", kind=kind)


def _is_wordy(keys: Keys, layout: Layout) -> pl.Expr:
    """Cheap test for a header printed again: words, long enough, where data have a code or a date."""
    named = {cell: key for cell, key in zip(layout.cells, keys, strict=True) if key}
    anchors = [layout.columns[name] for name in ANCHORS if layout.columns.get(name) in named]
    anchor = pl.col(anchors[0] if anchors else next(iter(named)))
    length = len(named[anchor.meta.output_name()])
    text = anchor.cast(pl.String)
    return ((text.str.len_chars() >= length) & ~text.str.contains(r"\d")).fill_null(value=False)


def _is_header(layout: Layout) -> pl.Expr:
    whole_row = pl.concat_str(pl.col(layout.keys).fill_null(""), separator="|")
    return whole_row.is_in(["|".join(key or "" for key in keys) for keys in layout.headers])


def _is_total(layout: Layout) -> pl.Expr:
    """The first filled cell names a total: "Tổng cộng: 57 hồ sơ", "Cộng trang 3"."""
    words = layout.words("total")
    phrases, single = ([word for word in words if (" " in word) is is_phrase] for is_phrase in (True, False))
    plain = rf"^(?:(?:{_any(phrases)})(?: |$)|(?:{_any(single)})(?:$| (?:{AFTER_TOTAL})))"
    of_group = rf"^(?:{_any(single)}) (?:{words_pattern(layout.words('group'))})(?: |$)"
    in_words = pl.sum_horizontal(pl.col(layout.keys).str.contains("[a-z]{2}"))  # "Tong Quy ..." is a name among words
    is_named = _lead(layout).str.contains(of_group) & (in_words == 1)
    return (_lead(layout).str.contains(plain) | is_named).fill_null(value=False)


def _signing(layout: Layout) -> str:
    """A signing word or a place and a date in one of the row's folded cells."""
    return rf"{BEGIN}(?:{_any(layout.words('signature'))})(?: |{END})|{PLACE_AND_DATE}"


def _is_group(layout: Layout) -> pl.Expr:
    """One text in one of the first columns, or one that begins as groups do, perhaps with "I" or "A" before it."""
    opening = rf"{BEGIN}(?:{_any(layout.words('group'))})(?: |{END})"
    begins = row_text(layout.keys).str.contains(opening).fill_null(value=False)
    leads = pl.any_horizontal(pl.col(layout.cells[:GROUP_CELLS]).is_not_null())
    alone = (pl.col("filled") == 1) & _lead(layout).str.contains("[a-z]") & (begins | leads)
    enumerated = (pl.col("filled") == GROUP_CELLS) & _lead(layout).str.contains(ENUMERATOR) & begins
    return (alone | enumerated).fill_null(value=False)


def _last_data(filled: pl.Series, outside: pl.Series) -> int:
    """Position of the last row that is data for certain; -1 where there is none."""
    is_data = (filled > 0).scatter(outside, False)
    places = is_data.arg_true()
    return places[-1] if places.len() else -1


def _lead(layout: Layout) -> pl.Expr:
    return pl.coalesce(layout.keys)  # the first filled cell of the row, folded


def _any(words: list[str]) -> str:
    return words_pattern(words) or "$^"
