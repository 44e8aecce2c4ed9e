"""Why a file is not used, as data: the name of its words in schemas/phrases, and the facts that fill them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

Fact: TypeAlias = "str | int | Cause | tuple[Cause, ...]"


class Cause:
    """A part of a sentence, a phrase of [refusal_part], and what fills it. No fact is a cell's content."""

    def __init__(self, name: str, /, **facts: Fact) -> None:
        self.name = name
        self.facts: Mapping[str, Fact] = facts


def words(key: str, facts: Mapping[str, Fact], phrases: Mapping[str, str]) -> str:
    """The phrase of a dotted key, filled; causes among the facts are put into words first, several with `; ` between.

    Raises:
        KeyError: nobody knows the phrase, or one of its places stays empty.
    """
    return phrases[key].format_map({name: _worded(fact, phrases) for name, fact in facts.items()})


def to_json(facts: Mapping[str, Fact]) -> str:
    """The facts as one text, for the state."""
    return json.dumps(facts, ensure_ascii=False, default=lambda cause: {cause.name: cause.facts})


def from_json(text: str) -> dict[str, Fact]:
    """The facts that `to_json` wrote."""
    return {name: _fact(value) for name, value in json.loads(text).items()}


def _worded(fact: Fact, phrases: Mapping[str, str]) -> str:
    if isinstance(fact, tuple):
        return "; ".join(_worded(cause, phrases) for cause in fact)
    return words(f"refusal_part.{fact.name}", fact.facts, phrases) if isinstance(fact, Cause) else str(fact)


def _fact(value: Any) -> Fact:  # noqa: ANN401 -- whatever JSON holds
    if isinstance(value, list):
        return tuple(cast("Cause", _fact(one)) for one in cast("list[Any]", value))
    if isinstance(value, dict):
        ((name, facts),) = cast("dict[str, dict[str, Any]]", value).items()
        return Cause(name, **{key: _fact(one) for key, one in facts.items()})
    return cast("str | int", value)
