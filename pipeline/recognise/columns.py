"""From headings to canonical columns: what each column means, what nobody reads, what is wrong with the headings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pipeline.cause import Cause
from pipeline.recognise.plain import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.profiles import FeedProfile
    from pipeline.recognise.header import Header


class Columns(NamedTuple):
    """Positions of columns by canonical name, and the headings that give no column of their own."""

    position: Mapping[str, int]
    outranked: Mapping[int, int]  # position → the position that is preferred for the same meaning
    unnamed: tuple[int, ...]  # positions without a heading


class Vocabulary(NamedTuple):
    """A profile's headings as folded keys."""

    meanings: Mapping[str, str]  # key → canonical column
    preference: Mapping[str, int]  # key → rank among the headings of its column, lower is better
    distinctive: frozenset[str]
    grouping: frozenset[str]


def vocabulary(profile: FeedProfile) -> Vocabulary:
    """Fold a profile's headings; a heading that two columns list belongs to the first."""
    listed = [
        (canonical, rank, text) for canonical, texts in profile.columns.items() for rank, text in enumerate(texts)
    ]
    distinctive = frozenset(keys_of(profile.distinctive))
    meanings: dict[str, str] = {}
    preference: dict[str, int] = {}
    for (canonical, rank, _), key in zip(listed, keys_of([text for _, _, text in listed]), strict=True):
        if meanings.setdefault(key, canonical) == canonical:
            preference.setdefault(key, rank - len(listed) * (key in distinctive))
    return Vocabulary(meanings, preference, distinctive, frozenset(keys_of(profile.headings.get("grouping", ()))))


def assign(header: Header, words: Vocabulary, profile: FeedProfile) -> Columns:
    """Give each canonical column its most preferred heading; a second dossier code becomes the alias."""
    claims: dict[str, list[int]] = {}
    for place, key in enumerate(header.keys):
        if key and key in words.meanings:
            claims.setdefault(words.meanings[key], []).append(place)
    position: dict[str, int] = {}
    outranked: dict[int, int] = {}
    for canonical, places in claims.items():
        position[canonical], *others = sorted(places, key=lambda place: words.preference[header.keys[place] or ""])
        outranked |= dict.fromkeys(others, position[canonical])
    second_code = [place for place, winner in outranked.items() if winner == position.get("dossier_code")]
    if second_code and "alias_code" in profile.columns:
        position.setdefault("alias_code", second_code[0])
    unnamed = tuple(place for place, label in enumerate(header.labels) if label is None)
    return Columns(position, outranked, unnamed)


def with_filled_first(columns: Columns, empty: frozenset[int]) -> Columns:
    """A filled column before an empty one of the same meaning, whatever the headings prefer."""
    position, outranked = dict(columns.position), dict(columns.outranked)
    for name, place in columns.position.items():
        filled = next((other for other, winner in outranked.items() if winner == place and other not in empty), None)
        if place in empty and filled is not None:
            position |= {other: place for other, taken in position.items() if taken == filled} | {name: filled}
            outranked = {place: filled} | {o: filled if w == place else w for o, w in outranked.items() if o != filled}
    return columns._replace(position=position, outranked=outranked)


def doubled(header: Header) -> list[Cause]:
    """One fault per heading that stands over more than one column."""
    seen = Counter(key for key in header.keys if key)
    return [
        Cause("doubled_heading", heading=_heading(header, key), columns=_places(header, key))
        for key in seen
        if seen[key] > 1
    ]


def missing(profile: FeedProfile, names: tuple[str, ...]) -> list[Cause]:
    """One fault per canonical column that no heading gives."""
    return [_missing_column(name, profile.columns.get(name, (name,))) for name in names]


def _missing_column(name: str, accepted: tuple[str, ...]) -> Cause:
    return Cause("no_column", heading=accepted[0], column=name, headings=", ".join(accepted))


def one_line(text: str | None) -> str:
    """A heading without its line breaks."""
    return " ".join((text or "").split())


def _heading(header: Header, key: str) -> str:
    return one_line(header.labels[header.keys.index(key)])


def _places(header: Header, key: str) -> str:
    return ", ".join(str(place + 1) for place, k in enumerate(header.keys) if k == key)
