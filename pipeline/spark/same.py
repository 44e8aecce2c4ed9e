"""Which functions of our SQL mean the same in DuckDB and Spark once sqlglot has named them; all others are refused."""

from __future__ import annotations

from sqlglot import exp

from pipeline.errors import DoichieuError

# Each was run on both engines (tests/spark). sqlglot's names: TimeToStr is strftime, LogicalAnd bool_and, Log log2.
SAME = (
    *(exp.Abs, exp.Day, exp.Greatest, exp.Least, exp.Log, exp.Month, exp.Pow, exp.Round, exp.TimeToStr, exp.Year),
    *(exp.Contains, exp.Left, exp.Length, exp.Levenshtein, exp.Lower, exp.Right),
    *(exp.SplitPart, exp.Substring),
    *(exp.AnyValue, exp.Avg, exp.Count, exp.LogicalAnd, exp.LogicalOr, exp.Max, exp.Median, exp.Min, exp.Sum),
    *(exp.Lag, exp.RowNumber),
    *(exp.Array, exp.ArrayFilter, exp.ArraySize, exp.ArraySort, exp.Struct, exp.Transform),
    *(exp.And, exp.Case, exp.Cast, exp.Coalesce, exp.Exists, exp.If, exp.Or),
)
REWRITTEN = (
    *(exp.ArrayAgg, exp.ArrayToString, exp.Explode, exp.JarowinklerSimilarity),
    *(exp.RegexpFullMatch, exp.RegexpReplace, exp.Split),
)
SAME_BY_NAME = ("bit_count",)
REWRITTEN_BY_NAME = ("damerau_levenshtein", "list_has_all", "list_sum")  # sqlglot has no names for them


class Untranslatable(DoichieuError):
    """A statement has something of which nobody has said what it is in Spark: pipeline/spark/rewrites.py."""


def refuse_unknown(tree: exp.Expr) -> None:
    """Look at the statement as it is written for DuckDB.

    Raises:
        Untranslatable: with the functions that are in none of the lists above.
    """
    unknown = {_name(node) for node in tree.find_all(exp.Func) if not _is_known(node)}
    if unknown:
        raise Untranslatable(f"not known to be the same in Spark: {', '.join(sorted(unknown))}")


def _is_known(node: exp.Func) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in (*SAME_BY_NAME, *REWRITTEN_BY_NAME)
    return isinstance(node, (*SAME, *REWRITTEN))


def _name(node: exp.Func) -> str:
    return node.name.lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower()
