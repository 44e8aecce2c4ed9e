from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

from pipeline.deliver.journal import Journal
from pipeline.night.post import JOURNAL, waiting_mails
from tests.cli.files import ROWS, dossier, still_open
from tests.night.conftest import MONDAY

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tests.night.conftest import Office

TUESDAY = MONDAY + timedelta(days=1)
ADDRESSES = """
[mail]
sender = "doichieu@example.org"
owner = ["thongke@example.org"]
chairman = ["chutich@example.org"]
[mail.officers]
"Trần Văn Mẫu" = "mau@example.org"
"Người Không Việc" = "ranh@example.org"
[mail.fields]
"Hộ tịch" = "hotich@example.org"
[mail.units]
"H56.17.22" = ["xa@example.org"]
"H56.17.99" = ["xa.khac@example.org"]
"""


def mailed(office: Office, day: date) -> list[tuple[str, str]]:
    """Recipient and subject's first word of each mail made on a day, in order."""
    rows = office.state["outbox"].filter(made_on=day)
    return [(recipient, kind_of(parsed(data))) for recipient, data in rows.select("recipient", "data").rows()]


def parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=default)  # type: ignore[return-value] -- the policy decides


def kind_of(mail: EmailMessage) -> str:
    return "weekly" if "tuần" in str(mail["subject"]).split(";")[0].split(",")[0].lower() else "daily"


def begun(office: Office, *rows: dict[str, str]) -> Office:
    office.configure(ADDRESSES)
    office.export(*(rows or ROWS))
    office.book(*(rows or ROWS))
    office.night()
    return office


def test_each_audience_gets_what_is_meant_for_it(office: Office) -> None:
    begun(office)
    recipients = [recipient for recipient, _ in mailed(office, MONDAY)]
    assert recipients == [
        *("thongke@example.org", "thongke@example.org", "chutich@example.org"),
        *("xa@example.org", "xa.khac@example.org", "mau@example.org"),
    ]


def test_on_other_days_there_is_no_weekly_digest(office: Office) -> None:
    begun(office)
    office.export(*ROWS, dossier(7, finished="10/03/2026"))
    office.night(TUESDAY)
    recipients = [recipient for recipient, _ in mailed(office, TUESDAY)]
    assert "chutich@example.org" not in recipients
    assert recipients.count("thongke@example.org") == 1


def test_a_fields_address_gets_the_lines_that_name_no_officer_with_an_address(office: Office) -> None:
    begun(office, still_open(1, officer=""), *ROWS[1:])
    (mail,) = office.state["outbox"].filter(recipient="hotich@example.org")["data"]
    text = parsed(mail).get_body(("plain",)).get_content()  # type: ignore[union-attr] -- every mail has one
    assert "H56.17.22-260303-0001" in text
    assert "H56.17.22-260304-0002" not in text


def test_without_findings_the_owner_still_hears(office: Office) -> None:
    begun(office, *(dossier(number) for number in range(1, 6)))
    assert [recipient for recipient, _ in mailed(office, MONDAY)][:1] == ["thongke@example.org"]
    assert not [one for one, _ in mailed(office, MONDAY) if one in {"mau@example.org", "hotich@example.org"}]


def test_what_was_written_waits_no_more_and_what_is_lost_from_the_journal_is_written_again(office: Office) -> None:
    begun(office)
    journal = office.home.outbox / JOURNAL
    assert waiting_mails(office.state, Journal(journal), None) == []
    files = {path.name: path.read_bytes() for path in office.home.outbox.glob("*.eml")}
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]))
    assert len(waiting_mails(office.state, Journal(journal), None)) == 1
    office.night()
    assert {path.name: path.read_bytes() for path in office.home.outbox.glob("*.eml")} == files


def test_a_second_run_of_the_day_tells_again_what_is_new_and_fixed_today(office: Office) -> None:
    begun(office)
    office.export(dossier(1, finished="10/03/2026"), *ROWS[1:])
    assert office.night(TUESDAY).night.fixed.height == 1  # type: ignore[union-attr] -- a first run
    office.export(dossier(1, finished="10/03/2026"), *ROWS[1:], dossier(7, finished="10/03/2026"))
    again = office.night(TUESDAY).night
    assert again
    assert (again.previous_on, again.fixed.height) == (MONDAY, 1)
