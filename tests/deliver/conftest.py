"""A real SMTP server on loopback, with TLS and a login, that fails where a test says."""

from __future__ import annotations

import os
import socket
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from pipeline.deliver.journal import Journal, Outgoing
from pipeline.deliver.relay import relay
from pipeline.deliver.settings import MailSettings, SmtpSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.deliver.relay import Relayed

USER, PASSWORD = "doichieu@xa.example", "correct horse battery"
HANG_UP = "hang up"
MOMENT = datetime(2026, 3, 31, 23, 5, 1, tzinfo=UTC)  # already April in Viet Nam


def mail(number: int = 1, recipient: str = "owner@xa.example", text: str = "Đối chiếu") -> Outgoing:
    message_id = f"<2026-03-31.{number}@xa.example>"
    head = f"Message-ID: {message_id}\r\nDate: Tue, 31 Mar 2026 23:05:01 +0000\r\nSubject: 2 / 7\r\n"
    return Outgoing(message_id, recipient, f"{head}\r\n.\r\n..{text}\r\n.\r\n".encode())


def mails(count: int) -> list[Outgoing]:
    return [mail(number, f"officer{number}@xa.example") for number in range(1, count + 1)]


class Scripted(SMTP):
    """aiosmtpd's server; `faults` has an answer, or HANG_UP, by stage or by stage and recipient."""

    def __init__(self, server: Server, **facts: object) -> None:
        super().__init__(server, **facts)
        self.test, self.greeted = server, False

    async def push(self, status: str | bytes) -> None:
        if self.greeted or not await self._fails("connect"):
            self.greeted = True
            behind = self.test.faults.get("behind starttls") if status == "220 Ready to start TLS" else None
            await super().push(f"{status}\r\n{behind}" if behind else status)

    async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd finds it by this name
        if not await self._fails("hello"):
            await super().smtp_EHLO(arg)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 -- as above
        if not await self._fails("starttls"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 -- as above
        if not await self._fails("login"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802 -- as above
        if not await self._fails("sender"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802 -- as above
        recipient = arg.partition("<")[2].partition(">")[0]
        if not await self._fails("recipient", recipient):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 -- as above
        if not await self._fails("data"):
            await super().smtp_DATA(arg)

    async def _fails(self, *place: str) -> bool:
        self.test.at(place[0])
        answer = self.test.faults.get(" ".join(place)) or self.test.faults.get(place[0])
        self.greeted = True
        if answer == HANG_UP:
            self.transport.close()
        elif answer:
            await super().push(answer)
        return bool(answer)


@dataclass
class Server:
    """What the server is told to do, and what it has accepted."""

    folder: Path
    port: int = 0
    faults: dict[str, str] = field(default_factory=dict)
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    security: str = "starttls"
    at: Callable[[str], None] = lambda _moment: None  # called at each stage

    async def handle_DATA(self, server: SMTP, _session: object, envelope: object) -> str:  # noqa: N802 -- aiosmtpd's hook
        self.at("taking")
        answer = self.faults.get("accept", "250 OK")
        if answer.startswith("250"):
            self.accepted.append((envelope.rcpt_tos[0], envelope.original_content))
        self.at("taken")
        if (self.faults.get("accepted") or answer) == HANG_UP:
            server.transport.close()
        return answer

    def authenticate(
        self, _server: object, _session: object, _envelope: object, _kind: str, login: object
    ) -> AuthResult:
        found = (login.login.decode(), login.password.decode())
        self.logins.append(found)
        return AuthResult(success=found == (USER, PASSWORD), handled=False)

    def settings(self, **facts: object) -> MailSettings:
        usual = {"host": "localhost", "port": self.port, "security": self.security, "user": USER}
        usual |= {"ca_file": self.folder / "ca.pem", "timeout_seconds": 5.0}
        return MailSettings(sender="doichieu@xa.example", smtp=SmtpSettings(**usual | facts))

    def relay(self, *waiting: Outgoing, **facts: object) -> Relayed:
        return relay(waiting, self.settings(**facts), self.journal(), lambda: MOMENT)

    def journal(self) -> Journal:
        return Journal(self.folder / "outbox" / "deliveries.jsonl")


def serve(server: Server, context: ssl.SSLContext | None, **facts: object) -> Iterator[Server]:
    """Run it on a free port until the test ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server.port = probe.getsockname()[1]

    class OurController(Controller):
        def factory(self) -> SMTP:
            return Scripted(server, **self.SMTP_kwargs)

    facts |= {"authenticator": server.authenticate, "timeout": 20}
    layer = {"ssl_context": context} if server.security == "tls" else {"tls_context": context, "require_starttls": True}
    if context is None:
        layer = {}
    controller = OurController(server, hostname="127.0.0.1", port=server.port, **layer, **facts)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def context_of(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def home(tmp_path: Path, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the certificate authority; the password is in the environment."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    for name in [name for name in os.environ if name.startswith(("DOICHIEU_", "CREDENTIALS_", "SSL_CERT"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DOICHIEU_SMTP_PASSWORD", PASSWORD)
    return tmp_path


@pytest.fixture
def server(home: Path, authority: trustme.CA) -> Iterator[Server]:
    yield from serve(Server(home), context_of(authority.issue_cert("localhost")))


@pytest.fixture
def tls_server(home: Path, authority: trustme.CA) -> Iterator[Server]:
    context = context_of(authority.issue_cert("localhost"))
    yield from serve(Server(home, security="tls"), context, auth_require_tls=False)
