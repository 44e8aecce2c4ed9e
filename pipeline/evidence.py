"""What may not be said because a source that it rests on cannot speak: no accusation comes from a file's absence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.collect import shown
from pipeline.queries import queries
from pipeline.recognise.feed import spoken_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from pipeline.collect import Request
    from pipeline.profiles import FeedProfile
    from pipeline.reading import Reading

SIDES = {True: "books", False: "feeds"}  # what rules rest on, by whether a profile is of a logbook


class Unheard(NamedTuple):
    """Files of which no row is used, and the rules that rest on their side of the comparison."""

    files: tuple[str, ...]
    rule_ids: tuple[str, ...]


def silence(con: duckdb.DuckDBPyConnection, reading: Reading, profiles: Mapping[str, FeedProfile]) -> Unheard:
    """Take back the findings of rules that rest on a side of which a file has no row that can be used."""
    found = unheard(reading, profiles)
    if found.rule_ids:
        con.execute("delete from finding where list_contains($silent, rule_id)", {"silent": list(found.rule_ids)})
    return found


def unheard(reading: Reading, profiles: Mapping[str, FeedProfile]) -> Unheard:
    """The files that were refused, or whose rows were all set aside, and the rules that are silent without them."""
    empty = {source.file: {SIDES[source.is_logbook]} for source in reading.sources if not source.speaks}
    asked = {shown(request.path): request for request in reading.collected.requests}
    refused = {one.file: _sides(asked[one.file], profiles) for one in reading.refusals}
    mute = {file: sides for file, sides in (refused | empty).items() if sides}
    silent = frozenset[str]().union(*mute.values())
    rules = [rule.rule_id for rule in queries("30_rules") if rule.rests_on & silent]
    return Unheard(tuple(mute), tuple(rules))


def _sides(request: Request, profiles: Mapping[str, FeedProfile]) -> set[str]:
    """A file that was named may be of either side where its feed is unknown; in a folder anything may lie."""
    if profile := spoken_for(request.path, request.feed, profiles):
        return {SIDES[profile.is_logbook]}
    return set(SIDES.values()) if request.is_named else set()
