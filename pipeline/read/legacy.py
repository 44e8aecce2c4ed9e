"""Text typed in the fonts of before Unicode: TCVN3 (.VnTime) and VNI. Their bytes show as nonsense Latin letters.

Recognised on text, so that it is found in bytes read as Latin-1, in valid UTF-8 and in workbooks alike.
Tables: TCVN 5712:1993 (VN3) and VNI-Windows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import FileRefused
from pipeline.shared import as_text

if TYPE_CHECKING:
    from pathlib import Path

TCVN3 = (  # symbols where only letters can be
    "[A-Za-z\u00b5-\u00fe][¨©ª«¬®µ¶·¸¹»¼½¾][a-z\u00b5-\u00fe]"
    "|[A-Za-z][¨©ª¬®µ¶¸¹»¼½¾](?:[\\s.,;]|$)"
    "|(?:^|\\s)[§®][a-z\u00b5-\u00fe]"
)
VNI = (  # a vowel, then its accents as letters of their own
    "(?i)[ae][âàáãåäùøûõï]|a[êéèúüë]|o[âåäøûï]|[uy][øûï]|[ôö][ùøûõï]|ñ[aeiouyöô]"
)
UNICODE = "[ăĂđĐơƠưƯ\u1ea0-\u1ef9\u0300-\u0323]"  # letters that neither of the two can show
FONTS = {"TCVN3": TCVN3, "VNI": VNI}
TEXT = pl.col("text")
IS_FOREIGN = TEXT.str.len_bytes() > TEXT.str.len_chars()  # has letters beyond ASCII
SAMPLE_ROWS = 500
SHARE = 0.02  # of the cells with letters beyond ASCII; a foreign name (Noël) stays below
FEW = 3


def refuse_legacy(cells: pl.DataFrame, path: Path) -> None:
    """Stop when the cells (with their `row`) speak TCVN3 or VNI; looks at rows spread over the whole sheet."""
    foreign = _texts(cells.gather_every(max(cells.height // SAMPLE_ROWS, 1))).filter(IS_FOREIGN)
    suspects = foreign.filter(~TEXT.str.contains(UNICODE))
    for font, pattern in FONTS.items():
        rows = suspects.filter(TEXT.str.contains(pattern))["row"]
        if rows.len() >= max(SHARE * foreign.height, 1) and (rows.len() >= FEW or rows.len() * 2 >= foreign.height):
            raise FileRefused("old_font", path.name, row=min(rows.to_list()), font=font)


def suspect_rows(cells: pl.DataFrame) -> pl.Series:
    """Numbers of the rows in which anything speaks one of the fonts; each text is looked at once."""
    foreign = pl.concat([_foreign(column) for column in cells.drop("row", "cell_count")])
    doubtful = foreign.filter(~TEXT.str.contains(UNICODE))
    suspects = doubtful.filter(pl.any_horizontal(TEXT.str.contains(font) for font in FONTS.values()))["text"]
    if suspects.is_empty():
        return cells["row"].clear()
    return _texts(cells).filter(TEXT.is_in(suspects.implode()))["row"]


def _foreign(column: pl.Series) -> pl.DataFrame:
    """The texts with letters beyond ASCII, each once."""
    texts = column if column.dtype == pl.String else column.unique().cast(pl.String)
    return texts.to_frame("text").filter(IS_FOREIGN).unique()


def _texts(cells: pl.DataFrame) -> pl.DataFrame:
    """All cells as `row` and `text`."""
    return as_text(cells).drop("cell_count", strict=False).unpivot(index="row", value_name="text")


def refuse_legacy_bytes(raw: bytes, path: Path) -> None:
    """The same for bytes that are no UTF-8, read as Latin-1; the line stands for the row."""
    lines = pl.read_lines(raw.decode("latin-1").encode(), row_index_name="row", row_index_offset=1)
    refuse_legacy(lines.with_columns(pl.col("line").str.extract_all(r"[^,;|\t]+")).explode("line"), path)
