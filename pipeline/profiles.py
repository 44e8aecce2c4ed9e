"""Feed profiles: what is known about each source, from schemas/feeds/*.toml under the user's changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, cast

from pipeline.errors import ConfigFault

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


TEXTS = ("kind", "title")
LISTS = ("required", "file_patterns", "expected", "distinctive")
TABLES_OF_LISTS = ("columns", "marks", "headings", "states", "interlinked", "channels")
TABLES = ("names", "procedures", "codes")
KINDS = ("case_system", "logbook")
STATES = ("not_received", "open", "paused", "done", "closed", "withdrawn", "refused")


def make_profiles(built_in: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, FeedProfile]:
    """The profiles by name; a user's feed changes a built-in one or extends one.

    Raises:
        ConfigFault: a key is unknown, missing or of the wrong kind, or `extends` leads nowhere.
    """
    layers = {name: dict(layer) for name, layer in built_in.items()}
    for name, change in own.items():
        if not isinstance(change, Mapping):
            raise ConfigFault(f"feed {name}: is not a table", f"Write it as [feeds.{name}].")
        layers[name] = overlay(layers.get(name, {}), cast("Mapping[str, Any]", change))
    return {name: _profile(name, layers) for name in layers if name not in BASES}


def _profile(name: str, layers: Mapping[str, Mapping[str, Any]]) -> FeedProfile:
    facts: dict[str, Any] = {}
    for layer in (layers["common"], *_ancestry(name, layers)):
        facts = overlay(facts, layer)
    facts.pop("extends", None)
    faults = list(_faults(facts))
    if faults:
        raise ConfigFault(
            f"feed {name}: {'; '.join(faults)}",
            'A new feed is simplest with `extends = "igate"` or `extends = "logbook"`.',
        )
    return FeedProfile(name=name, **cast("dict[str, Any]", _frozen(facts)))


def _faults(facts: Mapping[str, Any]) -> list[str]:
    known = {one.name for one in fields(FeedProfile)}
    missing = [key for key in ("kind", "title", "required", "columns") if key not in facts]
    wrong = [
        *(key for key in TEXTS if key in facts and not isinstance(facts[key], str)),
        *(key for key in LISTS if key in facts and not _is_list(facts[key])),
        *(key for key in (*TABLES_OF_LISTS, *TABLES) if key in facts and not isinstance(facts[key], dict)),
        *(f"{key}.{part}" for key in TABLES_OF_LISTS for part in _parts_that_are_no_lists(facts.get(key))),
    ]
    return [
        *(f"unknown key {key}" for key in sorted(facts.keys() - known)),
        *(f"missing key {key}" for key in missing),
        *(f"{key} is of the wrong kind" for key in wrong),
        *(f"kind is not one of {', '.join(KINDS)}" for _ in range(facts.get("kind", KINDS[0]) not in KINDS)),
        *(f"unknown state {state}" for state in sorted(set(facts.get("states", {})) - set(STATES))),
    ]


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in cast("list[object]", value))


def _parts_that_are_no_lists(table: object) -> list[str]:
    if not isinstance(table, dict):
        return []
    return [key for key, value in cast("dict[str, object]", table).items() if not _is_list(value)]


def _ancestry(name: str, layers: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    chain: list[str] = []
    current: object = name
    while current:
        if not isinstance(current, str) or current in chain or current not in layers:
            raise ConfigFault(f"feed {name}: extends {current}, which is unknown or leads back to itself")
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
