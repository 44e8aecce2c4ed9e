"""A statement of ours, written for DuckDB, as Spark SQL that gives the same rows; what is unknown is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import sqlglot
from sqlglot import exp

from pipeline.spark.columns import name_columns
from pipeline.spark.rewrites import REWRITES, type_of
from pipeline.spark.same import refuse_unknown
from pipeline.spark.values import put_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["create", "declare", "insert", "drop", "select"]


@dataclass(frozen=True)
class Statement:
    """What a statement does, to which table, with the rows of which Spark select."""

    kind: Kind
    table: str = ""
    select: str = ""
    types: Mapping[str, str] = field(default_factory=dict)  # of a declared table: column → Spark type
    is_kept_if_there: bool = False


def translate(text: str, values: Mapping[str, Any], tables: Mapping[str, Sequence[str]]) -> Statement:
    """Translate one statement; `values` take the place of its `$names`, `tables` has the columns of what it may read.

    Raises:
        Untranslatable: a function or construct of which nobody has said what it is in Spark.
    """
    tree = sqlglot.parse_one(text, dialect="duckdb")
    match tree:
        case exp.Create(this=exp.Schema() as schema):
            types = {column.name: type_of(column) for column in schema.find_all(exp.ColumnDef)}
            return Statement("declare", schema.this.name, types=types, is_kept_if_there=bool(tree.args["exists"]))
        case exp.Create():
            return Statement("create", tree.this.name, _select(tree.expression, values, tables))
        case exp.Insert():
            return Statement("insert", tree.this.name, _select(tree.expression, values, tables))
        case exp.Drop():
            return Statement("drop", tree.args["tables"][0].name)
        case _:
            return Statement("select", select=_select(tree, values, tables))


def _select(tree: exp.Expr, values: Mapping[str, Any], tables: Mapping[str, Sequence[str]]) -> str:
    """Each kind of node is rewritten from the innermost outwards; a frame around all lets the outermost be replaced."""
    refuse_unknown(tree)
    frame = exp.Paren(this=tree)
    put_values(frame, values)
    name_columns(tree, tables)
    for kind, rewrite in REWRITES:
        for node in reversed(list(frame.find_all(kind))):
            rewritten = rewrite(node)
            if rewritten is not node:
                node.replace(rewritten)
    return frame.this.sql(dialect="spark", identify=True, unsupported_level=sqlglot.ErrorLevel.RAISE)
