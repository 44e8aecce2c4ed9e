"""The reports' texts, by language: schemas/phrases/*.toml as one flat mapping."""

from __future__ import annotations

import tomllib
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from pipeline.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES = ("vi", "en")


@cache
def load_phrases(lang: str) -> Mapping[str, str]:
    """Texts of one language ("vi" or "en") by dotted key, such as 'report.title'."""
    text = (ROOT / "schemas" / "phrases" / f"{lang}.toml").read_text(encoding="utf-8")
    return MappingProxyType(dict(_flat(tomllib.loads(text))))


def words_of(phrases: Mapping[str, str], table: str) -> dict[str, str]:
    """One table of the phrases: the words of 'severity' by severity, say."""
    return {key.removeprefix(f"{table}."): text for key, text in phrases.items() if key.startswith(f"{table}.")}


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(cast("dict[str, Any]", value), f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
