"""What the program says to people: on stderr, one message and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pipeline.errors import DoichieuError

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\udc80-\udcff]")  # a file's name may hold any of them


def say(message: str, tip: str = "") -> None:
    """One message, the steps that help under it; several lines are several facts."""
    for line in message.split("\n"):
        click.echo(f"doichieu: {printable(line)}", err=True)
    for line in tip.splitlines():
        click.echo(f"  → {printable(line)}", err=True)


def say_fault(fault: DoichieuError) -> None:
    """One file's fault on one line, whatever its name is made of."""
    say(printable(fault.message), printable(fault.tip))


def printable(text: str) -> str:
    """Text that cannot move a terminal's cursor or begin a line of its own."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
