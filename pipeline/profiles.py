"""Feed profiles: what is known about each source, from schemas/feeds/*.toml under the user's changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from pipeline.checks import CODES, NAMES, PROCEDURES, faults, is_one_of, is_table, is_text, is_texts
from pipeline.errors import ConfigFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.checks import Check

Words = Mapping[str, tuple[str, ...]]
BASES = ("common", "case_system")  # layers under the profiles, no feeds themselves


@dataclass(frozen=True)
class FeedProfile:
    """What is known about one source: a case system or a logbook. Everything here comes from TOML."""

    name: str
    kind: str
    title: str
    required: tuple[str, ...]
    columns: Words
    file_patterns: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    distinctive: tuple[str, ...] = ()
    marks: Words = field(default_factory=dict[str, tuple[str, ...]])
    headings: Words = field(default_factory=dict[str, tuple[str, ...]])
    states: Words = field(default_factory=dict[str, tuple[str, ...]])
    interlinked: Words = field(default_factory=dict[str, tuple[str, ...]])
    channels: Words = field(default_factory=dict[str, tuple[str, ...]])
    names: Mapping[str, Any] = field(default_factory=dict[str, Any])
    procedures: Mapping[str, Any] = field(default_factory=dict[str, Any])
    codes: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def is_logbook(self) -> bool:
        """Whether the source is paper."""
        return self.kind == "logbook"


STATES = ("not_received", "open", "paused", "done", "closed", "withdrawn", "refused")
TABLES_OF_LISTS = ("columns", "marks", "headings", "states", "interlinked", "channels")
NEEDED = ("kind", "title", "required", "columns")
PROFILE: Mapping[str, Check] = {
    "kind": is_one_of("case_system", "logbook"),
    "title": is_text,
    **dict.fromkeys(("required", "file_patterns", "expected", "distinctive"), is_texts),
    **dict.fromkeys((*TABLES_OF_LISTS, "names", "procedures", "codes"), is_table),
}
INSIDE = {"names": NAMES, "procedures": PROCEDURES, "codes": CODES}


def make_profiles(built_in: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, FeedProfile]:
    """The profiles by name; a user's feed changes a built-in one or extends one.

    Raises:
        ConfigFault: a key is unknown, missing or of the wrong kind, or `extends` leads nowhere.
    """
    layers = {name: dict(layer) for name, layer in built_in.items()}
    columns = {column for layer in built_in.values() for column in layer.get("columns", ())}
    for name, change in own.items():
        if not isinstance(change, Mapping):
            raise ConfigFault(f"feed {name}: is not a table", f"Write it as [feeds.{name}].")
        layers[name] = overlay(layers.get(name, {}), cast("Mapping[str, Any]", change))
    return {name: _profile(name, layers, columns) for name in layers if name not in BASES}


def _profile(name: str, layers: Mapping[str, Mapping[str, Any]], columns: set[str]) -> FeedProfile:
    facts: dict[str, Any] = {}
    for layer in (layers["common"], *_ancestry(name, layers)):
        facts = overlay(facts, layer)
    facts.pop("extends", None)
    found = list(faults(facts, PROFILE, NEEDED)) or list(_faults_inside(facts, columns))
    if found:
        raise ConfigFault(
            f"feed {name}: {'; '.join(found)}",
            'A new feed is simplest with `extends = "igate"` or `extends = "logbook"`.',
        )
    return FeedProfile(name=name, **cast("dict[str, Any]", _frozen(facts)))


def _faults_inside(facts: Mapping[str, Any], columns: set[str]) -> Iterator[str]:
    """What is wrong in the tables of a profile whose first level is right."""
    for table in TABLES_OF_LISTS:
        yield from (
            f"{table}.{key} is of the wrong kind" for key, one in facts.get(table, {}).items() if not is_texts(one)
        )
    for table, checks in INSIDE.items():
        yield from (f"{table}: {fault}" for fault in faults(facts.get(table, {}), checks))
    yield from (f"unknown state {state}" for state in sorted(facts.get("states", {}).keys() - STATES))
    named = {*facts["columns"], *facts["required"], *facts.get("expected", ())}
    yield from (f"unknown column {column}" for column in sorted(named - columns))


def _ancestry(name: str, layers: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    chain: list[str] = []
    current: object = name
    while current:
        if not isinstance(current, str) or current in chain or current not in layers:
            raise ConfigFault(
                f"feed {name}: extends {current}, which is unknown or leads back to itself",
                f"A feed extends one of {', '.join(one for one in layers if one != name)}.",
            )
        chain.insert(0, current)
        current = layers[current].get("extends")
    return [layers[one] for one in chain]


def overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one table over another: tables inside are merged, all else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        both_tables = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = overlay(merged[key], cast("dict[str, Any]", value)) if both_tables else value
    return merged


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(cast("list[object]", value))
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in cast("dict[str, object]", value).items()}
    return value
