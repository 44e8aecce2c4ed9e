"""Work in a thread while the main one waits: Ctrl-C answers at once, and a terminal sees a bar after a second."""

from __future__ import annotations

import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING, TypeVar

from pipeline.cli.talk import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import Progress

Result = TypeVar("Result")
PATIENCE_SECONDS = 1.0
LOOK_SECONDS = 0.1
INTERRUPTED = 130
STAGES = 4  # after the files: store, link, reconcile, report


def in_background(work: Callable[[Callable[[str], None]], Result], steps: int | None = None) -> Result:
    """Run `work(tell)` and give its result; `steps` files come before the stages, None for work that tells nothing.

    On the main thread DuckDB answers Ctrl-C late, or with an error of its own, so whatever asks it does that here, and
    the process just ends: nothing is written before all work is done.
    """
    told: list[str] = []
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        return _wait(pool.submit(work, told.append), told, None if steps is None else steps + STAGES)
    except KeyboardInterrupt:
        _forget_spilled()
        say("interrupted, nothing written")
        sys.stderr.flush()
        os._exit(INTERRUPTED)


def _forget_spilled() -> None:
    """Rows that did not fit into the memory are people's; nobody has spilled any before the database is imported."""
    if database := sys.modules.get("pipeline.database"):
        database.forget_spilled()


def _wait(future: Future[Result], told: list[str], steps: int | None) -> Result:
    try:
        return future.result(timeout=PATIENCE_SECONDS)
    except NotYet:
        if future.done():
            return future.result()
    if sys.stderr.isatty():
        return _wait_with_bar(future, told, steps)
    while not future.done():  # polars takes the signal's handler: a wait without an end would hear of Ctrl-C last
        wait([future], timeout=LOOK_SECONDS)
    return future.result()


def _wait_with_bar(future: Future[Result], told: list[str], steps: int | None) -> Result:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=steps)
        while not future.done():
            _show(bar, task, told)
            try:
                return future.result(timeout=LOOK_SECONDS)
            except NotYet:
                continue
    return future.result()


def _show(bar: Progress, task: object, told: list[str]) -> None:
    if told:
        bar.update(task, completed=len(told) - 1, description=told[-1])  # type: ignore[arg-type] -- an int behind a NewType
