"""Values in the place of a statement's `$names`: Spark takes no lists and structs as parameters."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Mapping


def put_values(tree: exp.Expr, values: Mapping[str, Any]) -> None:
    """Replace each `$name` by its value as a literal.

    Raises:
        KeyError: a value is missing.
    """
    for placeholder in list(tree.find_all(exp.Placeholder)):
        placeholder.replace(literal(values[placeholder.name]))


def literal(value: Any) -> exp.Expr:  # noqa: ANN401 -- whatever DuckDB takes
    """A value as DuckDB's binding reads it: a dict is a struct."""
    match value:
        case dict():
            return exp.Struct(expressions=[exp.alias_(literal(held), name) for name, held in value.items()])
        case list() | tuple():
            return exp.Array(expressions=[literal(one) for one in value])
        case float():
            return exp.Literal.number(repr(value))
        case date():
            return exp.cast(exp.Literal.string(value.isoformat()), exp.DType.DATE)
        case _:
            return exp.convert(value)
