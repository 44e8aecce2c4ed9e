from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.deliver.journal import Attempt
from pipeline.deliver.relay import Relayed, relay
from pipeline.deliver.settings import MailSettings
from pipeline.errors import ConfigFault, ExitCode
from tests.deliver.conftest import HANG_UP, MOMENT, PASSWORD, USER, Server, context_of, mail, mails, serve

if TYPE_CHECKING:
    from pathlib import Path

    import trustme

# stage, the server's answer → outcome, code, stage that we note
FAULTS = {
    ("connect", "421 4.3.2 later"): ("deferred", 421, "connect"),
    ("connect", "554 5.3.2 no service"): ("deferred", 554, "connect"),
    ("connect", HANG_UP): ("deferred", None, "connect"),
    ("connect", "SSH-2.0-OpenSSH_9.6"): ("deferred", None, "connect"),
    ("hello", "421 4.3.2 later"): ("deferred", 421, "hello"),
    ("hello", "550 5.7.1 not you"): ("deferred", 550, "hello"),
    ("hello", HANG_UP): ("deferred", None, "hello"),
    ("starttls", "454 4.7.0 no TLS now"): ("deferred", 454, "starttls"),
    ("starttls", "501 5.5.4 no"): ("deferred", 501, "starttls"),
    ("starttls", HANG_UP): ("deferred", None, "starttls"),
    ("starttls", "220 go\r\n250 said in clear"): ("deferred", None, "tls"),
    ("login", "454 4.7.0 later"): ("deferred", 454, "login"),
    ("login", "535 5.7.8 wrong"): ("deferred", 535, "login"),
    ("login", "334 a"): ("deferred", None, "login"),
    ("login", HANG_UP): ("deferred", None, "login"),
    ("sender", "451 4.3.0 later"): ("deferred", 451, "sender"),
    ("sender", "550 5.7.1 no"): ("refused", 550, "sender"),
    ("sender", "530 5.7.0 log in"): ("deferred", 530, "login"),
    ("sender", HANG_UP): ("deferred", None, "sender"),
    ("recipient", "421 4.3.2 closing"): ("deferred", 421, "recipient"),
    ("recipient", "450 4.2.1 busy"): ("deferred", 450, "recipient"),
    ("recipient", "550 5.1.1 unknown"): ("refused", 550, "recipient"),
    ("recipient", HANG_UP): ("deferred", None, "recipient"),
    ("recipient", "250-" + "x" * 70_000): ("deferred", None, "recipient"),
    ("recipient", "\r\n".join(["250-x"] * 20_000) + "\r\n250 x"): ("deferred", None, "recipient"),
    ("data", "451 4.3.0 later"): ("deferred", 451, "data"),
    ("data", "554 5.6.0 no"): ("refused", 554, "data"),
    ("data", "250 what"): ("deferred", 250, "data"),
    ("data", HANG_UP): ("deferred", None, "data"),
    ("accept", "452 4.3.1 full"): ("deferred", 452, "accept"),
    ("accept", "552 5.3.4 too large"): ("refused", 552, "accept"),
    ("accept", HANG_UP): ("deferred", None, "data"),
}


def test_mails_arrive_byte_for_byte_and_are_noted(server: Server) -> None:
    waiting = mails(3)
    relayed = server.relay(*waiting)
    assert server.accepted == [(one.recipient, one.data) for one in waiting]
    noted = [Attempt(*one.key, "sent", 250, "accept", "2026-03-31T23:05:01+00:00") for one in waiting]
    assert relayed == Relayed(sent=tuple(noted))
    assert relayed.exit_code is ExitCode.COMPLETE
    assert server.journal().attempts() == noted
    assert server.logins == [(USER, PASSWORD)]  # one connection for all


def test_tls_from_the_first_byte_works_too(tls_server: Server) -> None:
    assert len(tls_server.relay(*mails(2)).sent) == 2
    assert len(tls_server.accepted) == 2


def test_what_was_sent_is_not_sent_again(server: Server) -> None:
    server.relay(*mails(2))
    relayed = server.relay(*mails(3), mail(3, "officer3@xa.example"))
    assert [one.recipient for one in relayed.sent] == ["officer3@xa.example"]
    assert len(server.accepted) == 3
    assert server.relay(*mails(3)) == Relayed()


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(("stage", "answer"), FAULTS, ids=lambda word: word[:20])
def test_a_fault_leaves_mails_waiting_or_refused_and_a_retry_sends_the_rest_unchanged(
    server: Server, stage: str, answer: str, count: int
) -> None:
    server.faults[stage] = answer
    relayed = server.relay(*mails(count))
    attempts = [*relayed.sent, *relayed.deferred, *relayed.refused]
    assert [(one.outcome, one.code, one.stage) for one in attempts] == [FAULTS[stage, answer]] * count
    assert relayed.exit_code == {"deferred": 75, "refused": 69}[FAULTS[stage, answer][0]]
    assert server.accepted == []
    assert server.journal().attempts() == attempts
    server.faults.clear()
    assert server.relay(*mails(count)).exit_code == 0
    waited = [] if relayed.refused else mails(count)
    assert server.accepted == [(one.recipient, one.data) for one in waited]


@pytest.mark.parametrize("answer", ["550 5.1.1 unknown", "450 4.2.1 busy", HANG_UP])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_one_recipients_fault_is_its_own(server: Server, place: int, answer: str) -> None:
    server.faults[f"recipient officer{place}@xa.example"] = answer
    relayed = server.relay(*mails(3))
    others = [one.recipient for one in mails(3) if one.message_id != mails(3)[place - 1].message_id]
    assert [one.recipient for one in relayed.sent] == [recipient for recipient, _ in server.accepted] == others
    assert relayed.exit_code == (69 if answer.startswith("5") else 75)


def test_a_server_that_goes_away_is_left_alone(server: Server) -> None:
    server.faults["recipient officer1@xa.example"] = "421 4.3.2 closing"
    assert [(one.code, one.stage) for one in server.relay(*mails(3)).deferred] == [(421, "recipient")] * 3
    assert server.accepted == []


def test_a_server_that_always_hangs_up_is_called_twice_and_no_more(server: Server) -> None:
    server.faults["recipient"] = HANG_UP
    assert len(server.relay(*mails(5)).deferred) == 5
    assert len(server.logins) == 2


def test_a_refusal_for_good_outranks_a_mail_that_waits(server: Server) -> None:
    server.faults |= {"recipient officer1@xa.example": "450 busy", "recipient officer2@xa.example": "550 unknown"}
    relayed = server.relay(*mails(3))
    assert (len(relayed.sent), len(relayed.deferred), len(relayed.refused)) == (1, 1, 1)
    assert relayed.exit_code is ExitCode.MAIL_REFUSED


def test_an_answer_lost_after_the_mail_was_taken_sends_it_once_more_and_unchanged(server: Server) -> None:
    server.faults["accepted"] = HANG_UP
    assert len(server.relay(mail()).deferred) == 1
    server.faults.clear()
    assert len(server.relay(mail()).sent) == 1
    assert server.accepted == [("owner@xa.example", mail().data)] * 2


def test_what_is_said_in_clear_behind_the_answer_to_starttls_does_not_count(server: Server) -> None:
    server.faults["behind starttls"] = "250 SIZE 9999999"
    relayed = server.relay(*mails(2), user=None)
    assert [(one.code, one.stage) for one in relayed.deferred] == [(None, "hello")] * 2
    assert server.accepted == []


def test_no_server_at_all_leaves_everything_waiting(server: Server) -> None:
    relayed = server.relay(*mails(2), port=1)
    assert [(one.code, one.stage) for one in relayed.deferred] == [(None, "connect")] * 2


def test_a_wrong_password_is_tried_once_and_shown_nowhere(
    server: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOICHIEU_SMTP_PASSWORD", "wrong-canary")
    relayed = server.relay(*mails(2))
    assert server.logins == [(USER, "wrong-canary")]
    assert {(one.code, one.stage) for one in relayed.deferred} == {(535, "login")}
    assert "canary" not in str(capfd.readouterr()) + repr(relayed) + server.journal().path.read_text()


def test_without_a_host_nothing_can_be_relayed(server: Server) -> None:
    with pytest.raises(ConfigFault, match="no SMTP host"):
        relay([mail()], MailSettings(sender="a@b.example"), server.journal(), lambda: MOMENT)


@pytest.mark.parametrize("address", ["", "a@b.example>\r\nRCPT TO:<c@d.example", "a b@c.example"])
def test_an_address_that_is_none_reaches_no_server(server: Server, address: str) -> None:
    with pytest.raises(ConfigFault, match="address"):
        server.relay(*mails(2), mail(3, address))
    assert (server.logins, server.journal().attempts()) == ([], [])


def test_a_server_that_knows_only_auth_login_is_served_too(home: Path, authority: trustme.CA) -> None:
    context = context_of(authority.issue_cert("localhost"))
    for server in serve(Server(home), context, auth_exclude_mechanism=["PLAIN"]):
        assert len(server.relay(mail()).sent) == 1
        assert server.logins == [(USER, PASSWORD)]


def test_a_mail_with_bare_line_breaks_is_never_made() -> None:
    for break_ in (b"\n.\r\n", b"\r.\r\n", b"\r\n.\n"):
        with pytest.raises(ValueError, match="CRLF"):
            type(mail())("<1@x>", "a@b.example", b"x" + break_)
