"""A click group that imports a command's module when the command runs."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class LazyGroup(click.Group):
    """Commands by name and module; each module calls its command `command`."""

    def __init__(self, *args: Any, commands_in: Mapping[str, str], **kwargs: Any) -> None:  # noqa: ANN401 -- click's own
        super().__init__(*args, **kwargs)
        self.commands_in = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """The names, in the order of use."""
        return list(self.commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """Import the command's module now."""
        module = self.commands_in.get(cmd_name)
        if module is None:
            return None
        gc.disable()  # nothing that is imported is garbage: to look through it costs 2 % of a commune
        command = import_module(module).command
        gc.freeze()
        gc.enable()
        return command
