from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.checks import is_loopback
from pipeline.deliver.checks import checked_address
from pipeline.deliver.password import LONGEST, read_password
from pipeline.deliver.settings import MailSettings, SmtpSettings, load_mail, read_mail
from pipeline.errors import ConfigFault, DoichieuError, PermissionsFault
from pipeline.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE = """
sender = "doichieu@xa.example"
reply_to = "motcua@xa.example"
owner = ["owner@xa.example"]
chairman = ["one@xa.example", "two@xa.example"]
weekly_on = 5
officers = { "Nguyễn Văn A" = "a@xa.example" }
fields = { "Hộ tịch" = "hotich@xa.example" }
units = { "000.17.22.H56" = ["unit@xa.example"] }
[smtp]
host = "smtp.xa.example"
port = 2525
security = "tls"
user = "doichieu"
ca_file = "ca.pem"
timeout_seconds = 7
password_file = "/etc/doichieu/smtp_password"
"""
SMTP = 'sender = "a@b.example"\nowner = ["a@b.example"]\n[smtp]\n'
FAULTS = {
    "colour = 1\nsender = 2": ["unknown key colour", "sender"],
    'sender = "a@b.example\\r\\nBcc: c@d.example"': ["sender"],
    'sender = "Xã <a@b.example>"': ["sender"],
    'reply_to = "a@b@c.example"': ["reply_to"],
    'reply_to = ""': ["reply_to"],
    'owner = "a@b.example"': ["owner"],
    'owner = ["a@b.example, c@d.example"]': ["owner"],
    'chairman = ["chủtịch@xa.example"]': ["chairman"],
    'officers = { "A" = "a b@c.example" }': ["officers"],
    'officers = ["a@b.example"]': ["officers"],
    'fields = { "A" = "@b.example" }': ["fields"],
    'units = { "A" = "a@b.example" }': ["units"],
    "weekly_on = 8": ["weekly_on"],
    "weekly_on = true": ["weekly_on"],
    "weekly_on = -1": ["weekly_on"],
    "smtp = 3": ["smtp"],
    '[smtp]\nhost = "h.example"': ["missing key sender", "missing key owner"],
    'sender = "a@b.example"\nowner = []\n[smtp]\nhost = "h.example"': ["owner is empty"],
    '[smtp]\nuser = "u"': ["smtp: missing key host"],
    f'{SMTP}host = "h.example"\nport = 0\nsecurity = "ssl"': ["smtp: port", "smtp: security"],
    f'{SMTP}host = "h example"': ["smtp: host"],
    f'{SMTP}host = "h.example"\ntimeout_seconds = 0': ["timeout_seconds"],
    f'{SMTP}host = "h.example"\nuser = "người"': ["user"],
    f'{SMTP}host = "h.example"\nuser = ""': ["user"],
    f'{SMTP}host = "h.example"\npassword = "canary"': ["unknown key password"],
    f'{SMTP}host = "h.example"\npassword_file = ""\nca_file = 3': ["password_file", "ca_file"],
    f'{SMTP}host = "h.example"\nsecurity = "none"': ["another machine"],
    f'{SMTP}host = "127.0.0.1"\nsecurity = "none"\nuser = "u"': ["in clear"],
}


def toml(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def test_every_setting_is_read(tmp_path: Path) -> None:
    assert load_mail(toml(WHOLE), tmp_path) == MailSettings(
        sender="doichieu@xa.example",
        reply_to="motcua@xa.example",
        owner=("owner@xa.example",),
        chairman=("one@xa.example", "two@xa.example"),
        officers={"Nguyễn Văn A": "a@xa.example"},
        fields={"Hộ tịch": "hotich@xa.example"},
        units={"000.17.22.H56": ("unit@xa.example",)},
        weekly_on=5,
        smtp=SmtpSettings(
            host="smtp.xa.example",
            port=2525,
            security="tls",
            user="doichieu",
            ca_file=tmp_path / "ca.pem",
            timeout_seconds=7,
            password_file=Path("/etc/doichieu/smtp_password"),
        ),
    )


def test_without_a_host_there_are_addresses_but_nothing_to_relay_with() -> None:
    assert load_mail({}) is None
    own = toml('sender = "a@b.example"\nowner = ["c@d.example"]')
    assert load_mail(own) is None
    assert read_mail(own) == MailSettings(sender="a@b.example", owner=("c@d.example",))


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_a_port_follows_from_the_security(security: str, port: int) -> None:
    settings = load_mail(toml(f'{SMTP}host = "localhost"\nsecurity = "{security}"'))
    assert settings
    assert settings.smtp
    assert (settings.smtp.port, settings.smtp.timeout_seconds, settings.weekly_on) == (port, 30, 1)


@pytest.mark.parametrize("text", FAULTS)
def test_faults_are_told_all_at_once_by_both_who_read_them(tmp_path: Path, text: str) -> None:
    (tmp_path / "doichieu.toml").write_text("near_due_days = -1\n[mail]\n" + text.replace("[smtp]", "[mail.smtp]"))
    for told in (lambda: load_mail(toml(text)), lambda: load_settings(tmp_path / "doichieu.toml")):
        with pytest.raises(ConfigFault) as fault:
            told()
        assert [word for word in FAULTS[text] if word not in fault.value.message] == []
        assert "canary" not in fault.value.message + fault.value.tip
        assert "name@host" in fault.value.tip
    assert "near_due_days" in fault.value.message


def test_the_configuration_hands_the_table_on(tmp_path: Path) -> None:
    path = tmp_path / "doichieu.toml"
    path.write_text("[mail]\n" + WHOLE.replace("[smtp]", "[mail.smtp]"), encoding="utf-8")
    assert read_mail(load_settings(path).mail) == read_mail(toml(WHOLE))


@pytest.mark.parametrize("text", ["a@b.example", "first.last+tag@mail-1.xa.example", "root@localhost"])
def test_an_address_passes_as_it_is(text: str) -> None:
    assert checked_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "@", "a@", "@b", "a@b@c", "a@b\n", "\na@b", "a@b\r\nRCPT TO:<c@d>", "a b@c", "a@b c", "a@b,c@d"),
        *(
            "<a@b>",
            '"a"@b',
            "a@-b",
            "a@b-",
            "a..b@c",
            ".a@b",
            "a@b..c",
            "a@ⅻ.example",
            "ả@b",
            "a@b\0",
            "a" * 250 + "@b.vn",
        ),
    ],
)
def test_what_could_break_a_header_or_a_command_is_no_address(text: str) -> None:
    with pytest.raises(ConfigFault) as fault:
        checked_address(text)
    assert fault.value.message == "mail: one address is not of the form name@host"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *((host, True) for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]")),
        *((host, False) for host in ("127.0.0.1.example", "localhost.example", "10.0.0.1", "", "::", "1")),
    ],
)
def test_loopback_is_this_machine_only(host: str, *, expected: bool) -> None:
    assert is_loopback(host) == expected


# The password


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOICHIEU_SMTP_PASSWORD", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def settings(file: Path | None = None, user: str | None = "u") -> SmtpSettings:
    return SmtpSettings("h.example", 587, user=user, password_file=file)


def secret(path: Path, word: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(word)
    path.chmod(mode)
    return path


def revealed(given: SmtpSettings) -> str | None:
    password = read_password(given)
    return password.reveal() if password else None


def test_the_credential_comes_first_then_the_file_then_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOICHIEU_SMTP_PASSWORD", "of the environment")
    assert revealed(settings()) == "of the environment"
    file = secret(tmp_path / "secret", b"of the file\n")
    assert revealed(settings(file)) == "of the file"
    secret(tmp_path / "smtp_password", b"of systemd\r\n", 0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert revealed(settings(file)) == "of systemd"
    (tmp_path / "smtp_password").unlink()
    assert revealed(settings(file)) == "of the file"


def test_nobody_logs_in_without_a_user() -> None:
    assert read_password(settings(user=None)) is None


def test_a_password_that_is_nowhere_is_told_with_its_places() -> None:
    with pytest.raises(ConfigFault) as fault:
        read_password(settings())
    assert "DOICHIEU_SMTP_PASSWORD" in fault.value.tip


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o660, 0o644])
def test_a_file_that_others_may_read_is_refused_with_77(tmp_path: Path, mode: int) -> None:
    with pytest.raises(PermissionsFault, match="others may read") as fault:
        read_password(settings(secret(tmp_path / "secret", b"canary", mode)))
    assert fault.value.exit_code == 77
    assert "canary" not in fault.value.message + fault.value.tip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    file = secret(tmp_path / "secret", b"canary")
    os.chown(file, 12345, 12345)
    with pytest.raises(PermissionsFault, match="another user"):
        read_password(settings(file))


def faulty_files(folder: Path) -> Iterator[Path]:
    yield folder / "missing"
    yield folder
    os.mkfifo(folder / "fifo", 0o600)
    yield folder / "fifo"
    words = (b"", b"\n", "mật khẩu canary".encode(), b"canary\xff", b"canary\0x", b"canary\nx", b"x" * (LONGEST + 1))
    for number, word in enumerate(words):
        yield secret(folder / f"secret{number}", word)


def test_a_password_that_cannot_be_read_or_sent_is_told_and_not_shown(tmp_path: Path) -> None:
    for file in faulty_files(tmp_path):
        with pytest.raises(DoichieuError) as fault:
            read_password(settings(file))
        assert fault.value.exit_code == 78, file
        assert "canary" not in fault.value.message + fault.value.tip
        assert file.name in fault.value.message


def test_a_password_shows_in_no_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOICHIEU_SMTP_PASSWORD", "canary")
    password = read_password(settings())
    assert "canary" not in f"{password} {password!r} {[password]} {settings()!r}"
