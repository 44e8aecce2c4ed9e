"""A night as a mail: the very bytes that are sent, the same for the same input."""

from __future__ import annotations

import hashlib
import re
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import TYPE_CHECKING

from pipeline.errors import ConfigFault
from pipeline.report import history
from pipeline.report.layout import html, plain_text
from pipeline.report.letter import for_audience
from pipeline.report.page import make_page
from pipeline.report.phrases import load_phrases
from pipeline.report.work_list import work_list

if TYPE_CHECKING:
    from pipeline.report.letter import Letter
    from pipeline.report.night import Night

MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
ADDRESS_TIP = "In [mail] of doichieu.toml, an address reads name@host, one to a string."
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def render_mail(night: Night, letter: Letter) -> bytes:
    """The mail as RFC 5322 bytes with CRLF: plain text and HTML, on request with the work list as a workbook.

    Only ASCII bytes, so that any relay takes them unchanged. `night` may be the whole one: the letter says what
    its reader sees. For a weekly digest `fixed` must reach back seven days (history.over_week).

    Raises:
        ConfigFault: an address or the message-id is none, or would end its header's line.
    """
    told = history.over_week(night, night.fixed) if letter.kind == "weekly" else night
    seen = for_audience(told, letter)
    attachment = work_list(seen, letter) if letter.attach_work_list else None
    page = make_page(seen, letter, attachment[1] if attachment else None)
    message = _headed(letter, page.subject)
    message.set_content(plain_text(page), cte="quoted-printable")
    message.add_alternative(html(page), subtype="html", cte="quoted-printable")
    if attachment:
        name = f"doichieu-{night.outcome.as_of}.xlsx"
        message.add_attachment(attachment[0], maintype=XLSX[0], subtype=XLSX[1], filename=name)
    message["Content-Language"] = letter.lang  # last: earlier, it would move into the first part
    _set_boundaries(message, letter.message_id)
    return message.as_bytes()


class WholeSubject(EmailPolicy):
    """Python 3.11 loses a blank where it breaks a subject into encoded words; its older Header does not."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header's lines."""
        if name != "Subject":
            return super().fold_binary(name, value)
        encoded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}".encode("ascii")


def _headed(letter: Letter, subject: str) -> EmailMessage:
    message = EmailMessage(policy=WholeSubject(linesep="\r\n"))
    message["From"] = _address(letter.sender, load_phrases(letter.lang)["mail.sender_name"])
    message["To"] = _address(letter.recipient)
    if letter.reply_to:
        message["Reply-To"] = _address(letter.reply_to)
    message["Subject"] = subject
    message["Date"] = format_datetime(letter.sent_at)
    message["Message-ID"] = _message_id(letter.message_id)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
    return message


def _address(text: str, name: str = "") -> Address:
    """One address, which can neither end its header's line nor name a second reader."""
    try:
        address = Address(name, addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        address = None
    if address is None or not text.isascii() or not text.isprintable() or address.addr_spec != text or "@" not in text:
        raise ConfigFault("mail: one address is not of the form name@host", ADDRESS_TIP)
    return address


def _message_id(text: str) -> str:
    if not MESSAGE_ID.fullmatch(text):
        raise ConfigFault("mail: the message-id is not of the form <letters@host>", "This is made by doichieu itself.")
    return text


def _set_boundaries(message: EmailMessage, message_id: str) -> None:
    """Fixed lines between the parts, which occur in no quoted-printable or base64 text (they hold `=_`)."""
    digest = hashlib.sha256(message_id.encode()).hexdigest()[:32]
    parts = [part for part in message.walk() if part.is_multipart()]
    for level, part in enumerate(parts):
        part.set_boundary(f"=_{digest}_{level}")
