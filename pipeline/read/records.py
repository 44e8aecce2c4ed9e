"""The grammar gate before the CSV parser: physical lines become records, counted and checked in columns.

No parser is strict enough alone: polars pads short records and swallows what a stray quote opens. RFC 4180 is asked
of every record that has a quote; records without one need only their separators counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

QUOTED = '"(?:[^"]|"")*"'
REGEX = {"\t": "\\t", "|": "\\|"}  # separators as a regular expression writes them


@dataclass(frozen=True)
class Grammar:
    """The regular expressions of one delimiter (as Rust's regex reads them)."""

    separator: str

    @property
    def _separator(self) -> str:
        return REGEX.get(self.separator, self.separator)

    @property
    def cell(self) -> str:
        """One cell, quoted or bare."""
        return f'(?:{QUOTED}|[^"{self._separator}]*)'

    @property
    def whole(self) -> str:
        """A complete record."""
        return f"^{self.cell}(?:{self._separator}{self.cell})*\\r?$"

    @property
    def opens(self) -> str:
        """A line that ends inside a quoted cell which it began itself."""
        return f'^(?:{self.cell}{self._separator})*"(?:[^"]|"")*$'

    @property
    def closes(self) -> str:
        """A line that begins inside a quoted cell and ends outside."""
        return f'^(?:[^"]|"")*"(?:{self._separator}{self.cell})*\\r?$'


def _outside(text: pl.Expr) -> pl.Expr:
    """What stands outside of quotes, each quoted piece shrunk to one quote mark (an escaped quote makes two)."""
    return text.str.replace_all('"[^"]*"', '"')


def _is_well_quoted(outside: pl.Expr, separator: str) -> pl.Expr:
    """RFC 4180 of one record: quotes are paired, and nothing but separators and ends touches a quoted cell."""
    separator = REGEX.get(separator, separator)
    is_touched = outside.str.contains(f'[^{separator}"]"|"[^{separator}"\r]')
    return ~is_touched


@dataclass(frozen=True)
class Records:
    """What the gate saw: one entry of `cell_count` per record (0 for an empty line), and the rows at fault."""

    cell_count: pl.Series
    faulty_rows: list[int]
    has_quotes: bool
    has_lone_cr: bool
    spans_lines: bool  # some quoted cell holds a newline


def gate(raw: bytes, separator: str) -> Records:
    """Count and check; reads the bytes once, and lines of quoted newlines once more.

    Raises:
        polars.exceptions.ComputeError: the bytes are not UTF-8.
    """
    has_quotes = b'"' in raw
    lines = _scan(raw, separator, has_quotes=has_quotes)
    lone_cr = b"\r" in raw and (raw.endswith(b"\r") or raw.count(b"\r") != lines["ends_cr"].sum())
    if not has_quotes or not lines.select((pl.col("quotes") % 2 == 1).any()).item():
        return Records(_cell_count(lines), _bad_rows(lines), has_quotes, lone_cr, spans_lines=False)
    grouped = _with_records(lines)
    records = _records(grouped, _multi_line(raw, grouped, separator))
    faulty = _bad_rows(records)
    if faulty:
        faulty = _faulty_lines(raw, grouped, records, Grammar(separator)) or faulty
    return Records(_cell_count(records), faulty, has_quotes, lone_cr, spans_lines=True)


def rows_before(raw: bytes) -> int:
    """The spreadsheet row that comes next after these bytes (valid UTF-8), or that they leave unfinished."""
    lines = _numbered_lines(raw + b"?")
    return lines["row"][-1]


def zeros(raw: bytes) -> list[tuple[int, int]]:
    """Row and offset of the first NUL of each line that has one."""
    if b"\0" not in raw:
        return []
    line = pl.col("line")
    begins_at = (line.str.len_bytes() + 1).cum_sum() - line.str.len_bytes() - 1
    at = _numbered_lines(raw).select("row", offset=begins_at + line.str.find("\0", literal=True)).drop_nulls()
    return at.rows()


def _numbered_lines(raw: bytes) -> pl.DataFrame:
    """Every line with the row it belongs to."""
    quotes = pl.col("line").str.count_matches('"', literal=True).cast(pl.Int64)
    return pl.read_lines(raw).with_columns(row=((quotes.cum_sum() - quotes) % 2 == 0).cum_sum())


def _scan(raw: bytes, separator: str, *, has_quotes: bool) -> pl.DataFrame:
    """One row per physical line: separators outside quotes, quotes, whether it is a whole record, empty, ends in CR."""
    line = pl.col("line")
    facts = {
        "separators": line.str.count_matches(separator, literal=True),
        "is_empty": (line == "") | (line == "\r"),
        "ends_cr": line.str.ends_with("\r"),
        "is_whole": pl.lit(True),
    }
    if has_quotes:
        facts["quotes"] = line.str.count_matches('"', literal=True)
        facts["text"] = pl.when(line.str.contains('"', literal=True)).then(line)
    lines = pl.scan_lines(raw).select(**facts).collect(engine="streaming")
    return _with_quoted(lines, separator) if has_quotes else lines


def _with_quoted(lines: pl.DataFrame, separator: str) -> pl.DataFrame:
    """The truth about the lines that have quotes; only they pay for regular expressions."""
    at = lines["quotes"].cast(pl.Boolean).arg_true()
    seen = _look(lines.select(pl.col("text").drop_nulls()), separator)
    return lines.select(
        "is_empty",
        "ends_cr",
        "quotes",
        lines["separators"].scatter(at, seen["separators"]),
        lines["is_whole"].scatter(at, seen["is_whole"]),
    )


def _look(texts: pl.DataFrame, separator: str) -> pl.DataFrame:
    """Separators outside quotes and soundness of quoting, of records in the column `text`."""
    outside, quotes = pl.col("outside"), pl.col("text").str.count_matches('"', literal=True)
    facts = (
        outside.str.count_matches(separator, literal=True).alias("separators"),
        (_is_well_quoted(outside, separator) & (quotes % 2 == 0)).alias("is_whole"),
    )
    lazy = texts.lazy().with_columns(outside=_outside(pl.col("text"))).with_columns(*facts)
    return lazy.drop("text", "outside").collect(engine="streaming")


def _cell_count(records: pl.DataFrame) -> pl.Series:
    count = pl.when(~pl.col("is_empty")).then(pl.col("separators") + 1).otherwise(0)
    return records.select(cell_count=count.cast(pl.UInt32)).to_series()


def _bad_rows(records: pl.DataFrame) -> list[int]:
    return (records["is_whole"].not_().arg_true() + 1).to_list()


def _with_records(lines: pl.DataFrame) -> pl.DataFrame:
    """A line that begins inside a quoted cell belongs to the record before it."""
    quotes = pl.col("quotes").cast(pl.Int64)
    is_inside = (quotes.cum_sum() - quotes) % 2 == 1
    return lines.with_columns(record=(~is_inside).cum_sum(), is_multi=is_inside | is_inside.shift(-1, fill_value=False))


def _multi_line(raw: bytes, grouped: pl.DataFrame, separator: str) -> pl.DataFrame:
    """The records of several lines, joined and looked at as one text."""
    text = pl.read_lines(raw).filter(grouped["is_multi"])["line"]
    joined = (
        grouped.filter("is_multi")
        .select("record", text=text)
        .group_by("record", maintain_order=True)
        .agg(pl.col("text").str.join("\n"))
    )
    return _look(joined, separator).with_columns(is_empty=pl.lit(False))


def _records(grouped: pl.DataFrame, multi: pl.DataFrame) -> pl.DataFrame:
    """Records of one line and of several, in the file's order."""
    single = grouped.filter(~pl.col("is_multi")).select(multi.columns)
    return pl.concat([single, multi], how="vertical_relaxed").sort("record")


def _faulty_lines(raw: bytes, grouped: pl.DataFrame, records: pl.DataFrame, grammar: Grammar) -> list[int]:
    """Rows of the lines at which quoting goes wrong.

    A stray quote swallows lines up to the next one, so the lines of broken records are judged one by one: whole, or
    the opening of a cell that the next odd line closes. Rows are counted as they would be without the stray quotes.
    """
    broken = records.filter(~pl.col("is_whole"))["record"]
    is_loose = grouped["record"].is_in(broken.implode())
    loose = pl.read_lines(raw).filter(is_loose).with_columns(grouped["quotes"].filter(is_loose))
    judged = _judged(loose.with_columns(_judgements(grammar)))
    is_first = (grouped["record"] != grouped["record"].shift(1)).fill_null(True)
    rows = is_first.scatter(is_loose.arg_true(), judged["is_first"]).cum_sum()
    return rows.filter(is_loose).filter(judged["is_wrong"]).to_list()


def _judgements(grammar: Grammar) -> list[pl.Expr]:
    line = pl.col("line")
    patterns = {"is_whole": grammar.whole, "opens": grammar.opens, "closes": grammar.closes}
    return [line.str.contains(pattern).alias(name) for name, pattern in patterns.items()]


def _judged(lines: pl.DataFrame) -> pl.DataFrame:
    """Even lines must be whole; odd ones must open a cell that the next odd one closes, or close that of the last."""
    odd_at = (lines["quotes"] % 2 == 1).arg_true()
    opens, closes = lines["opens"].gather(odd_at), lines["closes"].gather(odd_at)
    begins = opens & closes.shift(-1, fill_value=False)
    ends = begins.shift(1, fill_value=False)
    nowhere = pl.Series([False]).new_from_index(0, lines.height)
    is_within = nowhere.scatter(odd_at, begins ^ ends).cast(pl.Int64).cum_sum() % 2 == 1
    is_wrong = (~lines["is_whole"]).scatter(odd_at, ~(begins | ends))
    return pl.DataFrame({"is_first": ~is_within.shift(1, fill_value=False), "is_wrong": is_wrong})
