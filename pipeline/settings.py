"""The facts that a user may change: feed profiles from schemas/feeds, holidays, bounds; doichieu.toml lies over all of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from pipeline.errors import ConfigFault

ROOT = Path(__file__).parent.parent  # the checkout, or site-packages: sql/ and schemas/ lie beside pipeline/ in both
Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FeedProfile:
    """What is known about one source: a case system or a logbook. Everything here comes from TOML."""

    name: str
    kind: str
    title: str
    file_patterns: tuple[str, ...]
    required: tuple[str, ...]
    columns: Words
    marks: Words
    expected: tuple[str, ...] = ()
    distinctive: tuple[str, ...] = ()
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


@dataclass(frozen=True)
class Settings:
    """One run's settings; the keys of doichieu.toml's first level, with their defaults."""

    feeds: Mapping[str, FeedProfile]
    holidays: Mapping[str, Any]
    unit_code: str | None = None  # agency part of the commune's codes; else taken from each book's own codes
    lang: str = "vi"
    near_due_days: int = 3  # working days; M13
    tolerance_days: int = 1  # calendar days; M08
    linking: Mapping[str, Any] = field(default_factory=dict[str, Any])  # over schemas/linking.toml
    officers: Mapping[str, str] = field(default_factory=dict[str, str])  # field (lĩnh vực) → officer
    mandatory_feeds: Mapping[str, str] = field(default_factory=dict[str, str])  # field (lĩnh vực) → feed; M05
    procedures: tuple[str, ...] = ()  # the catalogue's names; M12 is silent about procedures without it
    fields: tuple[str, ...] = ()  # the catalogue's fields (lĩnh vực); likewise


def load_settings(config: Path | None = None) -> Settings:
    """Read the built-in facts and lay doichieu.toml over them.

    Raises:
        ConfigFault: the file is missing, is no TOML, or has a key that nothing reads.
    """
    own = _read_toml(config) if config else {}
    allowed = {f.name for f in fields(Settings)}
    unknown = sorted(own.keys() - allowed)
    if unknown:
        raise ConfigFault(f"{config}: unknown keys: {', '.join(unknown)}", f"Known keys: {', '.join(sorted(allowed))}.")
    raw_feeds = _raw_feeds(own.pop("feeds", {}))
    holidays = _read_toml(ROOT / "schemas" / "holidays.toml")
    extra = own.pop("holidays", {})
    merged = {key: [*holidays.get(key, []), *extra.get(key, [])] for key in ("day", "year")}
    feeds = {name: _profile(name, raw_feeds) for name in raw_feeds if name not in ("common", "case_system")}
    for key in ("procedures", "fields"):
        own[key] = tuple(own.get(key, ()))
    settings = Settings(feeds=feeds, holidays=merged, **own)
    _check_types(settings, config)
    return settings


def _check_types(settings: Settings, config: Path | None) -> None:
    expected = {"unit_code": (str, type(None)), "lang": str, "near_due_days": int, "tolerance_days": int}
    expected |= {"linking": dict, "officers": dict, "mandatory_feeds": dict}
    wrong = [key for key, kind in expected.items() if not isinstance(getattr(settings, key), kind)]
    if wrong:
        raise ConfigFault(f"{config}: wrong kind of value: {', '.join(wrong)}", "See the configuration part of README.md.")
    if settings.lang not in ("vi", "en"):
        raise ConfigFault(f"{config}: lang must be vi or en")


def _raw_feeds(own: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    built_in = {path.stem: _read_toml(path) for path in sorted((ROOT / "schemas" / "feeds").glob("*.toml"))}
    for name, change in own.items():
        built_in[name] = _overlay(built_in.get(name, {}), change)
    return built_in


def _profile(name: str, raw: Mapping[str, dict[str, Any]]) -> FeedProfile:
    chain = [raw["common"], *_ancestry(name, raw)]
    facts: dict[str, Any] = {}
    for layer in chain:
        facts = _overlay(facts, layer)
    facts.pop("extends", None)
    allowed = {f.name for f in fields(FeedProfile)}
    unknown = sorted(facts.keys() - allowed)
    missing = [key for key in ("kind", "title", "required", "columns") if key not in facts]
    if unknown or missing:
        raise ConfigFault(
            f"feed {name}: unknown keys: {', '.join(unknown) or 'none'}; missing keys: {', '.join(missing) or 'none'}",
            'A new feed is simplest with `extends = "igate"` or `extends = "logbook"`.',
        )
    return FeedProfile(**{"name": name, "file_patterns": (), **_frozen(facts)})


def _ancestry(name: str, raw: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    chain: list[dict[str, Any]] = []
    seen: set[str] = set()
    current: str | None = name
    while current:
        if current in seen or current not in raw:
            raise ConfigFault(f"feed {name}: extends {current}, which {'is a circle' if current in seen else 'is unknown'}")
        seen.add(current)
        chain.insert(0, raw[current])
        current = raw[current].get("extends")
    return chain


def _overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both_tables = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _overlay(merged[key], cast("dict[str, Any]", value)) if both_tables else value
    return merged


def _frozen(facts: Mapping[str, Any]) -> dict[str, Any]:
    def freeze(value: Any) -> Any:  # noqa: ANN401 -- TOML values are of any kind
        if isinstance(value, list):
            return tuple(cast("list[Any]", value))
        if isinstance(value, dict):
            return _frozen(cast("dict[str, Any]", value))
        return value

    return {key: freeze(value) for key, value in facts.items()}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigFault(f"{path}: no such file", "Make one with `doichieu init`.") from None
    except OSError as fault:
        raise ConfigFault(f"{path}: cannot be read ({fault.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ConfigFault(f"{path}: is not valid TOML: {fault}") from None
