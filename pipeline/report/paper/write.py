"""The official report as a DOCX file, or its parts before anybody thinks of fonts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.report.health import banners
from pipeline.report.night import Night
from pipeline.report.paper.annexes import annexes
from pipeline.report.paper.blocks import Document
from pipeline.report.paper.body import body
from pipeline.report.paper.draft import Draft
from pipeline.report.paper.page import render_document
from pipeline.report.paper.words import day, office_of
from pipeline.report.phrases import load_phrases
from pipeline.report.sink import write_out

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.report.outcome import Outcome
    from pipeline.report.paper.facts import PaperFacts


def write_paper(told: Outcome | Night, facts: PaperFacts, own: Mapping[str, Any], output: Path | None) -> None:
    """Write the paper to a file or, when None, to standard output; `own` is [paper] of doichieu.toml.

    Raises:
        UsageFault: a terminal as output.
        IoFault: the place cannot be written to.
    """
    outcome = told.outcome if isinstance(told, Night) else told
    document = make_document(told, facts, own)
    write_out([render_document(document, outcome.lang, facts.period.until)], output, is_binary=True)


def make_document(told: Outcome | Night, facts: PaperFacts, own: Mapping[str, Any]) -> Document:
    """The paper's texts and tables: a draft, with number, date and signature blank."""
    draft = _draft(told, facts, own)
    span = draft.say("span", begin=day(facts.period.begin))
    return Document(
        issuer=draft.office.issuer,
        nation=(draft.say("nation"), draft.say("motto")),
        number=draft.say("number", suffix=draft.office.number_suffix),
        draft=draft.say("draft"),
        place_and_date=draft.say("place_and_date", place=draft.office.place),
        kind=draft.say("kind"),
        subject=(*draft.say("subject").split("\n"), span),
        body=body(draft),
        recipients_title=draft.say("recipients_title"),
        recipients=draft.office.recipients,
        signer=draft.office.signer,
        annexes=annexes(draft),
    )


def _draft(told: Outcome | Night, facts: PaperFacts, own: Mapping[str, Any]) -> Draft:
    outcome = told.outcome if isinstance(told, Night) else told
    phrases = load_phrases(outcome.lang)
    warned = tuple(banners(told, phrases)) if isinstance(told, Night) else ()
    return Draft(outcome, facts, office_of(own, phrases), phrases, warned)
