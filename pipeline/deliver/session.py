"""A conversation with an SMTP server that keeps to a deadline, whatever the server does.

smtplib's timeout counts per receive: a server that drips a byte every few seconds holds it for ever. Here every send
and receive gets what is left of one overall time, and an answer has a greatest length.
"""

from __future__ import annotations

import re
import smtplib
import time
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    import socket

    from _typeshed import ReadableBuffer

ANSWER = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)
MOST_BYTES = 65_536  # of one answer
PIECE = 16_384  # of a mail, sent at a time


class Lost(smtplib.SMTPServerDisconnected):
    """The conversation is over; `is_slow` when it was we who had waited long enough."""

    def __init__(self, why: str, *, is_slow: bool = False) -> None:
        super().__init__(why)
        self.is_slow = is_slow


class Session(smtplib.SMTP):
    """smtplib's commands over sends and receives that end `allow(seconds)` later at the latest.

    Raises:
        Lost: from every command: it broke, took too long, or what came is no answer of SMTP.
    """

    def __init__(self, seconds: float, timeout: float, *words: Any, **facts: Any) -> None:  # noqa: ANN401 -- smtplib's own
        self._received = b""
        self._timeout = timeout
        self.allow(seconds)
        super().__init__(*words, timeout=min(seconds, timeout), **facts)

    def allow(self, seconds: float) -> None:
        """All that follows must be done in this time."""
        self._ends = time.monotonic() + seconds

    @property
    def is_open(self) -> bool:
        """Whether the server can still be spoken to."""
        return self.sock is not None

    def send(self, s: ReadableBuffer | str) -> None:
        """Send piece by piece, none past the deadline; never when the server has spoken out of turn.

        RFC 3207: what came in clear behind the answer to STARTTLS must not count as said under TLS.
        """
        if self._received:
            self._lose("the server spoke out of turn")
        whole = memoryview(s.encode(self.command_encoding) if isinstance(s, str) else s)
        for start in range(0, len(whole), PIECE):
            try:
                self._within().sendall(whole[start : start + PIECE])
            except OSError as fault:
                self._lose("the server does not take what is sent", fault)

    def getreply(self) -> tuple[int, bytes]:
        """The next answer, of one line or several."""
        texts: list[bytes] = []
        length = 0
        while True:
            line = self._line()
            length += len(line)
            found = ANSWER.fullmatch(line)
            if found is None or length > MOST_BYTES:
                self._lose("the server gave no answer of SMTP")
            texts.append((found[3] or b"").strip())
            if found[2] != b"-":
                return int(found[1]), b"\n".join(texts)

    def _line(self) -> bytes:
        while b"\n" not in self._received:
            try:
                piece = self._within().recv(4096)
            except OSError as fault:
                self._lose("the server does not answer", fault)
            if not piece or len(self._received) > MOST_BYTES:
                self._lose("the server has hung up")
            self._received += piece
        line, _, self._received = self._received.partition(b"\n")
        return line.removesuffix(b"\r")

    def _within(self) -> socket.socket:
        """The socket, with what is left of the time."""
        left = self._ends - time.monotonic()
        if self.sock is None:
            self._lose("there is no connection")
        if left <= 0:
            self._lose("the server is too slow", TimeoutError())
        self.sock.settimeout(min(left, self._timeout))
        return self.sock

    def _lose(self, why: str, fault: OSError | None = None) -> NoReturn:
        self._received = b""
        self.close()
        raise fault if isinstance(fault, Lost) else Lost(why, is_slow=isinstance(fault, TimeoutError)) from None


class TlsSession(Session, smtplib.SMTP_SSL):
    """The same, under TLS from the first byte."""
