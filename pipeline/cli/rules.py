"""`doichieu rules`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import both, settings_of

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="List the rules, or show one.")
@click.argument("rule_id", required=False, metavar="[RULE]")
@both
def command(rule_id: str | None, config: Path | None, lang: str | None) -> None:
    """List the rules: M rules compare book and software, V rules look at one row.

    \b
    Example:
      doichieu rules          all of them
      doichieu rules M01      one of them, with the SQL that decides
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.errors import UsageFault
    from pipeline.queries import queries
    from pipeline.report.phrases import load_phrases

    lang = settings_of(config, lang).lang
    phrases = load_phrases(lang)
    asks = "vi" if lang == "vi" else "asks"
    rules = {rule.rule_id: rule for rule in queries("30_rules")}
    reasons = {key.removeprefix("reason."): text for key, text in phrases.items() if key.startswith("reason.")}
    if rule_id is None:
        for one in rules.values():
            click.echo(f"{one.rule_id}  {one.rule:<32}{one.header[asks]}")
        for v_rule, reason in reasons.items():
            click.echo(f"{v_rule}  {reason}")
    elif rule_id.upper() in rules:
        click.echo(rules[rule_id.upper()].path.read_text(encoding="utf-8"), nl=False)
    elif rule_id.upper() in reasons:
        click.echo(f"{rule_id.upper()}  {reasons[rule_id.upper()]}")
    else:
        raise UsageFault(f"rule {rule_id}: unknown", f"Known rules: {', '.join([*rules, *reasons])}.")
