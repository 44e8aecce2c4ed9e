from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from io import BytesIO
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from pipeline.report.mail import render_mail
from tests.report.nights import make_letter

if TYPE_CHECKING:
    from email.message import EmailMessage

    from openpyxl import Workbook

    from pipeline.report.night import Night


def mail_of(night: Night, **change: Any) -> EmailMessage:  # noqa: ANN401 -- any field of Letter
    """The mail as a mail program reads it."""
    return message_from_bytes(render_mail(night, make_letter(**change)), policy=default)


def part_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def text_of(night: Night, **change: Any) -> str:  # noqa: ANN401 -- any field of Letter
    return part_of(mail_of(night, **change), "plain")


def html_of(night: Night, **change: Any) -> str:  # noqa: ANN401 -- any field of Letter
    return part_of(mail_of(night, **change), "html")


def workbook_of(night: Night, **change: Any) -> Workbook:  # noqa: ANN401 -- any field of Letter
    (attachment,) = mail_of(night, attach_work_list=True, **change).iter_attachments()
    return load_workbook(BytesIO(attachment.get_content()))


def everything_in(mail: EmailMessage) -> str:
    """All that a reader could find in the mail: headers, parts decoded, cells of the workbook."""
    found = [f"{name}: {value}" for name, value in mail.items()]
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            found.append(part.get_content())
        elif part.get_filename():
            book = load_workbook(BytesIO(part.get_content()))
            found += [
                str(cell) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row
            ]
    return "\n".join(found)
