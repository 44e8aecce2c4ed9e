"""`union all by name` as Spark has it: by position, so each side names its columns in one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def name_columns(query: exp.Expr, tables: Mapping[str, Sequence[str]]) -> None:
    """Rewrite the unions by name of a query and of what it is made from, in place."""
    known = dict(tables)
    for cte in query.ctes if isinstance(query, exp.Query) else ():
        _align(cte.this, known)
        known[cte.alias] = output_columns(cte.this, known)
    _align(query, known)


def output_columns(query: exp.Expr, known: Mapping[str, Sequence[str]]) -> list[str]:
    """The names of a query's columns, its stars written out.

    Raises:
        KeyError: a star stands for a table that is not known.
    """
    if not isinstance(query, exp.SetOperation):
        return [name for projection in query.expressions for name in _names(projection, query, known)]
    left = output_columns(query.left, known)
    return left + [
        name for name in output_columns(query.right, known) if query.args.get("by_name") and name not in left
    ]


def _align(query: exp.Expr, known: Mapping[str, Sequence[str]]) -> None:
    """Each side of a union by name gives all columns, null where it has none."""
    if not isinstance(query, exp.SetOperation):
        return
    for side in (query.left, query.right):
        _align(side, known)
    if query.args.get("by_name"):
        names = output_columns(query, known)
        for key in ("this", "expression"):
            query.set(key, _with_columns(query.args[key], names, known))
        query.set("by_name", value=False)


def _with_columns(side: exp.Query, names: Sequence[str], known: Mapping[str, Sequence[str]]) -> exp.Expr:
    own = output_columns(side, known)
    chosen = [exp.column(name) if name in own else exp.alias_(exp.null(), name) for name in names]
    return exp.select(*chosen).from_(side.subquery("side"))


def _names(projection: exp.Expr, select: exp.Expr, known: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if not projection.is_star:
        yield projection.alias_or_name
        return
    star = projection.find(exp.Star)
    left_out = {column.name for column in (star.args.get("except_") if star else None) or ()}
    table = projection.args.get("table")
    for source in _sources(select):
        if table is None or source.alias_or_name == table.name:
            yield from (name for name in known[source.name] if name not in left_out)


def _sources(select: exp.Expr) -> Iterator[exp.Expr]:
    yield select.args["from_"].this
    for join in select.args.get("joins") or ():
        yield join.this
