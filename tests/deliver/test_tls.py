"""Nothing is sent to a server that cannot prove who it is."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import trustme

from pipeline.errors import ConfigFault
from tests.deliver.conftest import PASSWORD, Server, context_of, mails, serve

if TYPE_CHECKING:
    from pathlib import Path

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def self_signed(home: Path, _authority: trustme.CA) -> ssl.SSLContext:
    own = trustme.CA()
    own.private_key_pem.write_to_path(str(home / "own.pem"))
    own.cert_pem.write_to_path(str(home / "own.pem"), append=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(home / "own.pem")
    return context


def of_another_authority(_home: Path, _authority: trustme.CA) -> ssl.SSLContext:
    return context_of(trustme.CA().issue_cert("localhost"))


def of_another_host(_home: Path, authority: trustme.CA) -> ssl.SSLContext:
    return context_of(authority.issue_cert("smtp.other.example"))


def expired(_home: Path, authority: trustme.CA) -> ssl.SSLContext:
    return context_of(authority.issue_cert("localhost", not_before=LONG_AGO, not_after=LONG_AGO.replace(year=2021)))


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("made", [self_signed, of_another_authority, of_another_host, expired])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_certificate_that_does_not_hold_stops_everything(
    home: Path, authority: trustme.CA, security: str, made: type
) -> None:
    facts = {} if security == "starttls" else {"auth_require_tls": False}
    for server in serve(Server(home, security=security), made(home, authority), **facts):
        relayed = server.relay(*mails(2))
        assert [(one.code, one.stage) for one in relayed.deferred] == [(None, "tls")] * 2
        assert (relayed.exit_code, server.accepted, server.logins) == (75, [], [])


def test_the_machines_authorities_do_not_know_ours(server: Server) -> None:
    assert {one.stage for one in server.relay(*mails(1), ca_file=None).deferred} == {"tls"}
    assert server.logins == []


def test_a_server_without_starttls_gets_neither_login_nor_mail(home: Path) -> None:
    for server in serve(Server(home), None):
        relayed = server.relay(*mails(2))
        assert [(one.code, one.stage) for one in relayed.deferred] == [(None, "starttls")] * 2
        assert (server.accepted, server.logins) == ([], [])


def test_in_clear_a_mail_goes_only_without_a_login(home: Path) -> None:
    for server in serve(Server(home, security="none"), None, auth_require_tls=False):
        assert {one.stage for one in server.relay(*mails(1)).deferred} == {"login"}
        assert server.logins == []
        assert len(server.relay(*mails(1), user=None).sent) == 1


def test_authorities_that_are_no_certificates_are_told(server: Server) -> None:
    (server.folder / "bad.pem").write_text(PASSWORD)
    for name in ("bad.pem", "missing.pem"):
        with pytest.raises(ConfigFault, match=name):
            server.relay(*mails(1), ca_file=server.folder / name)
    assert server.journal().attempts() == []
