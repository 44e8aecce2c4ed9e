"""A server that answers byte by byte, for ever, or never, holds a night only so long."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from pipeline.deliver.journal import Journal
from pipeline.deliver.relay import relay
from pipeline.deliver.settings import MailSettings, SmtpSettings
from tests.deliver.conftest import MOMENT, Outgoing, mails

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Conversation = Callable[[socket.socket], None]

TIMEOUT, ENOUGH = 0.2, 3  # seconds; the overall deadline is 0.8, a busy machine takes longer


def drip(peer: socket.socket) -> None:
    while True:
        peer.sendall(b"2")
        time.sleep(0.05)


def drip_lines(peer: socket.socket) -> None:
    while True:
        peer.sendall(b"220-wait\r\n")
        time.sleep(0.05)


def flood(peer: socket.socket) -> None:
    while True:
        peer.sendall(b"220-" + b"x" * 60_000 + b"\r\n")


def flood_without_end(peer: socket.socket) -> None:
    while True:
        peer.sendall(b"x" * 60_000)


def say_nothing(peer: socket.socket) -> None:
    peer.recv(1)  # until the other side hangs up


def until_data(peer: socket.socket, window: int = 4096) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    peer.sendall(b"220 x\r\n")
    for answer in (b"250 x", b"250 x", b"250 x", b"354 x"):
        peer.recv(1000)
        peer.sendall(answer + b"\r\n")


def take_slowly(peer: socket.socket) -> None:
    """At 3 MB a second."""
    until_data(peer, 65_536)
    begun, size, last = time.monotonic(), 0, b""
    while not last.endswith(b"\r\n.\r\n"):
        piece = peer.recv(65_536)
        size, last = size + len(piece), last[-9:] + piece
        time.sleep(max(0, begun + size / 3e6 - time.monotonic()))
    peer.sendall(b"250 x\r\n")
    peer.recv(1000)


def take_nothing(peer: socket.socket) -> None:
    """All is well until the mail's text comes: that it reads byte by byte."""
    until_data(peer)
    while peer.recv(1):
        time.sleep(0.05)


@contextlib.contextmanager
def served(conversation: Conversation) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)
    peers: list[socket.socket] = []

    def answer() -> None:
        with contextlib.suppress(OSError):
            peers.append(listener.accept()[0])
            conversation(peers[0])

    def hang_up() -> None:
        for peer in peers:
            with contextlib.suppress(OSError):  # it is gone already
                peer.shutdown(socket.SHUT_RDWR)

    thread, too_late = threading.Thread(target=answer, daemon=True), threading.Timer(ENOUGH * 2, hang_up)
    thread.start()
    too_late.start()  # a client that waits for ever fails the test, and does not hold it
    try:
        yield listener.getsockname()[1]
    finally:
        too_late.cancel()
        for one in (listener, *peers):
            one.close()
        thread.join(timeout=ENOUGH * 3)


@pytest.mark.parametrize("conversation", [drip, drip_lines, flood, flood_without_end, say_nothing, take_nothing])
def test_it_is_left_after_the_deadline_and_all_mails_wait(tmp_path: Path, conversation: Conversation) -> None:
    journal = Journal(tmp_path / "deliveries.jsonl")
    long = [Outgoing(one.message_id, one.recipient, one.data + b"x\r\n" * 5_000_000) for one in mails(1)]
    with served(conversation) as port:
        settings = MailSettings("a@b.example", smtp=SmtpSettings("127.0.0.1", port, "none", timeout_seconds=TIMEOUT))
        begun = time.monotonic()
        relayed = relay([*long, *mails(4)[1:]], settings, journal, lambda: MOMENT)
        took = time.monotonic() - begun
    assert (len(relayed.deferred), len(relayed.sent), relayed.exit_code) == (4, 0, 75)
    assert took < ENOUGH
    assert {one.stage for one in relayed.deferred} == {"data" if conversation is take_nothing else "connect"}


@pytest.mark.slow
def test_an_honest_server_on_a_thin_line_has_the_time_it_needs(tmp_path: Path) -> None:
    """A whole mail may take longer than one timeout, as long as it goes on."""
    (one,) = mails(1)
    long = Outgoing(one.message_id, one.recipient, one.data + (b"x" * 76 + b"\r\n") * 100_000)
    journal = Journal(tmp_path / "deliveries.jsonl")
    with served(take_slowly) as port:
        settings = MailSettings("a@b.example", smtp=SmtpSettings("127.0.0.1", port, "none", timeout_seconds=1.5))
        begun = time.monotonic()
        assert len(relay([long], settings, journal, lambda: MOMENT).sent) == 1
    assert time.monotonic() - begun > 1.5
