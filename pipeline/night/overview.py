"""A home at a glance, from the newest complete state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.deliver.journal import Journal
from pipeline.night.freshness import waiting
from pipeline.night.generations import newest_state
from pipeline.night.history import last_run
from pipeline.night.inbox import HASH_SHOWN
from pipeline.night.post import JOURNAL, waiting_mails
from pipeline.report.reasons import in_full

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.deliver.settings import MailSettings
    from pipeline.night.home import Home


def overview(home: Home, phrases: Mapping[str, str], mail: MailSettings | None) -> dict[str, Any]:
    """The last run (None before the first), open mismatches by rule, held files by hash, mails that wait.

    `refused` has the files that came on the last run's day and of which no row is used, with the reason in words.
    """
    state = newest_state(home)
    last = last_run(state) or dict.fromkeys(("run_id", "business_date", "exit_code", "ended_at"))
    still_open = state["mismatch"].filter(status="open").group_by("rule_id").len().sort("rule_id")
    held = state["load"].filter(waiting(state["load"]), verdict="held").select("content_hash", "file").rows()
    of_that_day = state["load"].filter(pl.col("arrived_on") == pl.lit(last["business_date"], pl.Date))
    refused = of_that_day.filter(verdict="refused")
    return {
        "schema": 1,
        **{name: last[name] for name in ("run_id", "business_date", "exit_code", "ended_at")},
        "open": dict(still_open.iter_rows()),
        "held": {content_hash[:HASH_SHOWN]: file for content_hash, file in held},
        "refused": refused.select("file", message=in_full(refused, phrases)).to_dicts(),
        "mails_waiting": len(waiting_mails(state, Journal(home.outbox / JOURNAL), mail)),
    }
