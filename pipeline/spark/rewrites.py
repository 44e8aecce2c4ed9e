r"""What sqlglot leaves as DuckDB wrote it, or turns into something else: one function each, node in, node out.

| DuckDB | Spark |
|---|---|
| `list[1]`, `map[key]`, `struct['field']` | `try_element_at`, `try_element_at`, `struct.field` |
| day - day (`..._on`, lag or coalesce of some, `date '...'`) | `datediff`: Spark's own difference is an interval |
| `0.8` | a double; Spark would reckon in decimals |
| `list(x order by y) filter (where z)` | `collect_list` of structs, sorted; null when empty |
| `sum(x) filter (where y) over (...)` | `sum(case when y then x end) over (...)` |
| several `unnest` side by side | `inline(arrays_zip(...))` |
| `qualify` | a condition on a column of a select around it |
| `union all by name` | by position, all columns named (`columns.py`) |
| `damerau_levenshtein(a, b) = 1` | one edit, or two neighbours swapped; any other use is refused |
| `jaro_winkler_similarity` | a function in Python (`functions.py`) |
| `list_has_all`, `list_sum`, `array_to_string` | `array_except` is empty, `aggregate`, `array_join` of strings |
| `regexp_full_match`, `regexp_replace(..., 'g')` | `rlike` between anchors, `$1` for `\1` |
| `string_split(x, '')` | `split(x, '')` |
| `uinteger`, `utinyint` | the next wider signed type |
| `as materialized` | nothing |

Texts that are compared letter by letter are folded to ASCII, where DuckDB's bytes are Spark's characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import sqlglot
from sqlglot import exp

from pipeline.spark.same import Untranslatable

if TYPE_CHECKING:
    from collections.abc import Callable

UNSIGNED = {
    exp.DType.UTINYINT: exp.DType.SMALLINT,
    exp.DType.USMALLINT: exp.DType.INT,
    exp.DType.UINT: exp.DType.BIGINT,
    exp.DType.UBIGINT: exp.DType.BIGINT,
}
ONE_MISTAKE = """
    a <> b
    and (
        levenshtein(a, b) = 1
        or array_contains(
            transform(
                sequence(1, greatest(length(a) - 1, 1)),
                i -> concat(substring(a, 1, i - 1), substring(a, i + 1, 1), substring(a, i, 1), substring(a, i + 2))
            ),
            b
        )
    )
"""


def spark(template: str, **parts: exp.Expr) -> exp.Expr:
    """An expression in Spark's words, its one-letter columns replaced by these."""
    tree = exp.Paren(this=sqlglot.parse_one(template, dialect="spark"))
    for column in list(tree.find_all(exp.Column)):
        if column.name in parts and not column.table:
            column.replace(parts[column.name].copy())
    return tree


def call(function: str, *parts: exp.Expr) -> exp.Expr:
    """A function of Spark, whatever sqlglot knows of its name."""
    return exp.Anonymous(this=function, expressions=list(parts))


def type_of(column: exp.Expr) -> str:
    """The Spark type of a declared column."""
    return signed(cast("exp.DataType", column.args["kind"])).sql(dialect="spark")


def signed(kind: exp.DataType) -> exp.Expr:
    """Spark has no unsigned numbers."""
    return exp.DataType.build(UNSIGNED[kind.this]) if kind.this in UNSIGNED else kind


def subscript(node: exp.Bracket) -> exp.Expr:
    """Past the end, or of an unknown key, there is null. sqlglot counts literal positions from 0, others as written."""
    (key,) = node.expressions
    match key:
        case exp.Literal(is_string=True):
            return exp.Dot(this=node.this, expression=exp.to_identifier(key.name))
        case exp.Literal():
            return call("TRY_ELEMENT_AT", node.this, exp.Literal.number(int(key.name) + 1))
        case exp.Column() | exp.Identifier() | exp.Add():  # an identifier is a lambda's variable
            return call("TRY_ELEMENT_AT", node.this, key)
        case _:
            raise Untranslatable(f"a subscript of {key.sql()}")


def difference(node: exp.Sub) -> exp.Expr:
    """The days between two dates."""
    return call("DATEDIFF", node.left, node.right) if _is_day(node.left) and _is_day(node.right) else node


def _is_day(node: exp.Expr) -> bool:
    """By our names a date ends in `_on`; a forgotten one makes Spark complain about intervals."""
    if isinstance(node, exp.Window) and isinstance(node.this, exp.Lag):
        node = node.this.this
    if isinstance(node, exp.Coalesce):
        return all(_is_day(one) for one in (node.this, *node.expressions))
    if isinstance(node, exp.Cast):
        return node.to.is_type(exp.DType.DATE)
    return isinstance(node, exp.Column) and node.name.endswith("_on")


def collected(node: exp.ArrayAgg) -> exp.Expr:
    """A list in a stated order; the filter, if any, moves inside."""
    if not isinstance(node.this, exp.Order) or any(one.args.get("desc") for one in node.this.expressions):
        raise Untranslatable("a list without an ascending order")
    keys = [exp.alias_(one.this, f"k{place}") for place, one in enumerate(node.this.expressions)]
    items: exp.Expr = call("COLLECT_LIST", exp.Struct(expressions=[*keys, exp.alias_(node.this.this, "item")]))
    if isinstance(node.parent, exp.Filter):
        items = exp.Filter(this=items, expression=node.parent.expression.copy())
    ordered = spark("case when size(a) > 0 then transform(array_sort(a), held -> held.item) end", a=items)
    if isinstance(node.parent, exp.Filter):
        node.parent.replace(ordered)
        return node
    return ordered


def filtered_window(node: exp.Window) -> exp.Expr:
    """Spark filters no window; an aggregate passes over nulls."""
    if not isinstance(node.this, exp.Filter):
        return node
    aggregate, condition = node.this.this, node.this.expression.this
    aggregate.set("this", exp.Case().when(condition, aggregate.this))
    node.set("this", aggregate)
    return node


def unnested(node: exp.Select) -> exp.Expr:
    """Lists side by side become rows."""
    lists = [one for one in node.expressions if isinstance(one.unalias(), exp.Explode)]
    if not lists:
        return node
    if len(lists) < len(node.expressions) or node.args.get("from_"):
        raise Untranslatable("unnest beside other columns")
    zipped = call("INLINE", call("ARRAYS_ZIP", *(one.unalias().this for one in lists)))
    node.set("expressions", [exp.Aliases(this=zipped, expressions=[exp.to_identifier(one.alias) for one in lists])])
    return node


def qualified(node: exp.Select) -> exp.Expr:
    """Windows first, then the condition on them."""
    qualify = node.args.get("qualify")
    if not qualify:
        return node
    outer = cast("exp.Select", sqlglot.parse_one("select * except (is_kept) where is_kept", dialect="spark"))
    outer.set("with_", node.args.get("with_"))
    inner = node.copy()
    inner.set("with_", None)
    inner.set("qualify", None)
    return outer.from_(inner.select(exp.alias_(qualify.this.copy(), "is_kept")).subquery("every"))


def one_mistake(node: exp.EQ) -> exp.Expr:
    """`damerau_levenshtein(a, b) = 1`."""
    if node.left.name != "damerau_levenshtein" or node.right.name != "1":
        return node
    one, other = node.left.expressions
    return spark(ONE_MISTAKE, a=one, b=other)


def named_function(node: exp.Anonymous) -> exp.Expr:
    """Functions of DuckDB that sqlglot has no name for."""
    parts = dict(zip("ab", node.expressions, strict=False))
    match node.name.lower():
        case "list_has_all":
            return spark("size(array_except(b, a)) = 0", **parts)
        case "list_sum":
            return spark("case when size(a) > 0 then aggregate(a, 0D, (total, one) -> total + one) end", **parts)
        case "damerau_levenshtein":
            raise Untranslatable("damerau_levenshtein other than `= 1`")
        case _:
            return node


def replaced(node: exp.RegexpReplace) -> exp.Expr:
    """All matches; the groups of the replacement in Java's way of writing."""
    flags, replacement = node.args.get("modifiers"), node.args["replacement"]
    if not flags or flags.name != "g" or not isinstance(replacement, exp.Literal):
        raise Untranslatable("regexp_replace without 'g'")
    written = re.sub(r"\\(\d)", r"$\1", replacement.name)
    return call("REGEXP_REPLACE", node.this, node.expression, exp.Literal.string(written))


def full_match(node: exp.RegexpFullMatch) -> exp.Expr:
    """The pattern between anchors."""
    return spark("a rlike concat('^(?:', b, ')$')", a=node.this, b=node.expression)


def split(node: exp.Split) -> exp.Expr:
    """By a blank, or into letters; sqlglot's way around other signs gives no letters."""
    if node.expression.name not in {"", " "}:
        raise Untranslatable("string_split by other than a blank or nothing")
    return call("SPLIT", node.this, node.expression)


def joined(node: exp.ArrayToString) -> exp.Expr:
    """A list as one text."""
    return spark("array_join(cast(a as array<string>), b)", a=node.this, b=node.expression)


def jaro_winkler(node: exp.JarowinklerSimilarity) -> exp.Expr:
    """The function of `functions.py`."""
    return exp.Anonymous(this="jaro_winkler_similarity", expressions=[node.this, node.expression])


def double(node: exp.Literal) -> exp.Expr:
    """A number with a fraction."""
    is_fraction = not node.is_string and not node.name.isdigit() and not isinstance(node.parent, exp.Cast)
    return exp.cast(node, exp.DType.DOUBLE) if is_fraction else node


def unmaterialized(node: exp.CTE) -> exp.Expr:
    """Spark decides by itself what it keeps."""
    node.set("materialized", None)
    return node


REWRITES: tuple[tuple[type[exp.Expr], Callable[..., exp.Expr]], ...] = (
    (exp.Bracket, subscript),
    (exp.Sub, difference),
    (exp.ArrayAgg, collected),
    (exp.Window, filtered_window),
    (exp.EQ, one_mistake),
    (exp.Anonymous, named_function),
    (exp.RegexpReplace, replaced),
    (exp.RegexpFullMatch, full_match),
    (exp.ArrayToString, joined),
    (exp.Split, split),
    (exp.JarowinklerSimilarity, jaro_winkler),
    (exp.Literal, double),
    (exp.DataType, signed),
    (exp.CTE, unmaterialized),
    (exp.Select, unnested),
    (exp.Select, qualified),
)
