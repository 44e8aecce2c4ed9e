"""The facts that a user may change: feed profiles, holidays, bounds; doichieu.toml lies over what is built in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.catalogue import Procedure, read_catalogue
from pipeline.checks import EXPECTED, GATE, HOLIDAYS, PAPER, PAPER_EXPECTED, SETTINGS, faults, is_table
from pipeline.deliver.checks import MAIL_EXPECTED, mail_faults
from pipeline.errors import ConfigFault
from pipeline.profiles import FeedProfile, make_profiles

if TYPE_CHECKING:
    from collections.abc import Mapping

# Asia/Ho_Chi_Minh: no summer time, and a bare machine has no zone files. On UTC it is still the day before until 07:00.
VIET_NAM = timezone(timedelta(hours=7))
ROOT = Path(__file__).parent.parent  # the checkout, or site-packages: sql/ and schemas/ lie beside pipeline/ in both


@dataclass(frozen=True)
class Settings:
    """One run's settings; the keys of doichieu.toml's first level, with their defaults."""

    feeds: Mapping[str, FeedProfile]
    holidays: Mapping[str, Any]
    gate: Mapping[str, Any]  # schemas/gate.toml under the user's [gate]
    unit_code: str | None = None  # agency part of the commune's codes; else taken from each book's own codes
    lang: str = "vi"
    near_due_days: int = 3  # working days; M13
    tolerance_days: int = 1  # calendar days; M08
    linking: Mapping[str, Any] = field(default_factory=dict[str, Any])  # over schemas/linking.toml
    officers: Mapping[str, str] = field(default_factory=dict[str, str])  # field (lĩnh vực) → officer
    mandatory_feeds: Mapping[str, str] = field(default_factory=dict[str, str])  # field (lĩnh vực) → feed; M05
    procedures: tuple[str, ...] = ()  # the catalogue's names; M12 is silent about procedures without it
    fields: tuple[str, ...] = ()  # the catalogue's fields (lĩnh vực); likewise
    catalogue: tuple[Procedure, ...] = ()  # of a file; its names and fields are among those above
    units: Mapping[str, str] = field(
        default_factory=dict[str, str]
    )  # unit code → name, where one machine serves several
    mail: Mapping[str, Any] = field(default_factory=dict[str, Any])  # checked; pipeline.deliver.settings reads it
    paper: Mapping[str, Any] = field(default_factory=dict[str, Any])  # checked; pipeline.report.paper.words reads it
    memory_limit: str | None = None  # of the database that compares, "3GB"; beyond it rows go to the disk
    metrics_file: str | None = None  # Prometheus text, from the home's folder
    health_check_url: str | None = None  # called after each run, good or bad


def load_settings(config: Path | None = None) -> Settings:
    """Read the built-in facts and lay doichieu.toml over them.

    Raises:
        ConfigFault: the file is missing, is no TOML, or has a key that nothing reads or of the wrong kind.
    """
    own = _read_toml(config) if config else {}
    _check(own, config)
    feeds_folder = ROOT / "schemas" / "feeds"
    built_in = {path.stem: _read_toml(path) for path in sorted(feeds_folder.glob("*.toml"))}
    holidays = _read_toml(ROOT / "schemas" / "holidays.toml")
    extra = own.pop("holidays", {})
    merged = {key: [*holidays.get(key, []), *extra.get(key, [])] for key in ("day", "year")}
    gate = _read_toml(ROOT / "schemas" / "gate.toml") | own.pop("gate", {})
    feeds = make_profiles(built_in, own.pop("feeds", {}))
    for key in ("procedures", "fields"):
        own[key] = tuple(own.get(key, ()))
    _add_catalogue(own, config)
    own["mail"] = {
        key: value for key, value in own.get("mail", {}).items() if value != {}
    }  # a bare heading says nothing
    unknown = sorted(set(own.get("mandatory_feeds", {}).values()) - feeds.keys())
    if unknown:
        raise ConfigFault(
            f"{config}: mandatory_feeds: unknown feeds: {', '.join(unknown)}", f"Known feeds: {', '.join(feeds)}."
        )
    return Settings(feeds=feeds, holidays=merged, gate=gate, **own)


def _add_catalogue(own: dict[str, Any], config: Path | None) -> None:
    """In place of the catalogue's path its procedures; their names and fields join those that the file lists itself."""
    if not (name := own.pop("catalogue", None)) or config is None:
        return
    own["catalogue"] = read_catalogue(config.parent / name)
    named = {"procedures": (one.name for one in own["catalogue"]), "fields": (one.field for one in own["catalogue"])}
    for key, names in named.items():
        own[key] = tuple(dict.fromkeys((*own[key], *names)))


def _check(own: Mapping[str, Any], config: Path | None) -> None:
    """Tell everything that is wrong with the first level at once."""
    found = [*faults(own, SETTINGS)]
    for name, checks in (("holidays", HOLIDAYS), ("gate", GATE)):
        if is_table(own.get(name)):
            found += [f"{name}: {fault}" for fault in faults(own[name], checks)]
    tips = [f"Known keys: {', '.join(sorted(SETTINGS))}.", EXPECTED]
    if is_table(own.get("paper")) and (of_paper := [f"paper: {fault}" for fault in faults(own["paper"], PAPER)]):
        found += of_paper
        tips.append(PAPER_EXPECTED)
    if is_table(own.get("mail")) and (of_mail := [f"mail: {fault}" for fault in mail_faults(own["mail"])]):
        found += of_mail
        tips.append(MAIL_EXPECTED)
    if found:
        raise ConfigFault(f"{config}: {'; '.join(found)}", "\n".join(tips))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigFault(f"{path}: no such file", "Make one with `doichieu init`.") from None
    except OSError as fault:
        raise ConfigFault(f"{path}: cannot be read ({fault.strerror})", "Name another with --config.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ConfigFault(f"{path}: is not valid TOML: {fault}", "Correct it and save it as UTF-8.") from None
