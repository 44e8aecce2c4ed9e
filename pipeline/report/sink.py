"""Where the bytes go: a file that appears whole or not at all, or standard output."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, BinaryIO

from pipeline.errors import IoFault, UsageFault

if TYPE_CHECKING:
    from collections.abc import Iterable

FOR_ITS_OWNER = 0o600
DISK_TIP = "Check free space and permissions there; an older file of that name is unchanged."


def write_out(
    chunks: Iterable[bytes], output: Path | None, *, is_binary: bool = False, mode: int = FOR_ITS_OWNER
) -> None:
    """Write to `output` (whole, mode 0600 unless another is named) or, when it is None, to standard output.

    A reader that closes the pipe early (`| head`) ends the writing without an error.

    Raises:
        UsageFault: binary data would go to a terminal.
        IoFault: the disk or the folder refuses; a file already there is unchanged.
    """
    if output is None:
        _to_stdout(chunks, is_binary=is_binary)
        return
    try:
        _to_file(chunks, output, mode)
    except BrokenPipeError:
        return  # a named pipe, whose reader has gone
    except OSError as fault:
        raise IoFault(f"{output}: cannot be written ({fault.strerror or fault})", DISK_TIP) from None


def _to_stdout(chunks: Iterable[bytes], *, is_binary: bool) -> None:
    if is_binary and sys.stdout.isatty():
        raise UsageFault("this format is binary and would spoil the terminal", "Give --output FILE.")
    try:
        sys.stdout.flush()
        _copy(chunks, sys.stdout.buffer)
    except BrokenPipeError:
        _silence_stdout()
    except OSError as fault:
        _silence_stdout()
        raise IoFault(f"standard output: cannot be written ({fault.strerror or fault})", "Check free space.") from None


def _silence_stdout() -> None:
    """Let the interpreter's own flush at exit find a place that takes everything."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _to_file(chunks: Iterable[bytes], output: Path, mode: int) -> None:
    if (
        output.exists() and not output.is_file()
    ):  # /dev/stdout, a named pipe: nothing to rename over (or a folder: fault)
        with output.open("wb") as device:
            _copy(chunks, device)
        return
    target = output.resolve()  # of a link, what it leads to
    descriptor, temporary = mkstemp(prefix=".doichieu-", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _copy(chunks, file)
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:  # Ctrl-C too: no half file stays, and it goes on
        Path(temporary).unlink(missing_ok=True)
        raise


def _copy(chunks: Iterable[bytes], file: BinaryIO) -> None:
    file.writelines(chunks)
    file.flush()
