from __future__ import annotations

from typing import Any

import pytest

from tests.dossiers import World, case, line, reconciled

FOUND = {
    "feed": "igate",
    "logbook_row": None,
    "feed_row": 2,
    "severity": "config",
    "urgency": None,
    "needs_review": False,
    "close_by": None,
    "days_open": None,
}
UNKNOWN = {"status": "Trả kết quả", "state": "unclassified"}
STATUS = "Trạng thái chưa phân loại «{word}», {count} hồ sơ; khai trong doichieu.toml, [feeds.TÊN.states]"


def details(world: World) -> list[tuple[str, str]]:
    return sorted((found["feed"], found["detail"]) for found in world.verdicts("M12"))


def test_an_unknown_status_is_told_once_with_its_count_and_a_first_example() -> None:
    world = reconciled([], [case(1, **UNKNOWN), case(2, **UNKNOWN), case(3)])
    assert world.verdicts("M12") == [FOUND | {"detail": STATUS.format(word="Trả kết quả", count=2)}]


def test_an_empty_status_is_told_apart() -> None:
    world = reconciled([], [case(1, status=None, state="unclassified")])
    assert details(world) == [("igate", "1 hồ sơ không có trạng thái; xem lại cột trạng thái của bản xuất")]


def test_each_word_of_each_feed_is_told_for_itself() -> None:
    other = UNKNOWN | {"status": "Chờ ký số"}
    world = reconciled([], [case(1, **UNKNOWN), case(2, **other), case(1, feed="xgate", **UNKNOWN)])
    assert details(world) == [
        ("igate", STATUS.format(word="Chờ ký số", count=1)),
        ("igate", STATUS.format(word="Trả kết quả", count=1)),
        ("xgate", STATUS.format(word="Trả kết quả", count=1)),
    ]


def test_a_dossier_with_an_unknown_status_is_neither_open_nor_closed() -> None:
    assert reconciled([line()], [case(**UNKNOWN)]).rules() == {"M12"}
    assert reconciled([line(returned_on=None)], [case(**UNKNOWN)]).rules() == {"M12"}


def test_a_procedure_outside_the_catalogue_is_told() -> None:
    known = [case(1), case(2), case(8, procedure_name=case(2)["procedure_name"])]
    world = reconciled([], known, procedures=("CHỨNG THỰC CHỮ KÝ",))
    assert details(world) == [
        ("igate", "Thủ tục không có trong danh mục: «Xác nhận tình trạng hôn nhân», 2 hồ sơ"),
    ]


def test_a_field_outside_the_catalogue_is_told() -> None:
    world = reconciled([], [case(1), case(2, field_name="Đất đai")], fields=("HỘ TỊCH",))
    assert details(world) == [("igate", "Lĩnh vực không có trong danh mục: «Đất đai», 1 hồ sơ")]


# silent


@pytest.mark.parametrize("state", ["not_received", "open", "paused", "done", "closed", "withdrawn", "refused"])
def test_a_status_that_has_a_state_is_known(state: str) -> None:
    assert "M12" not in reconciled([], [case(state=state)]).rules()


def test_without_a_catalogue_no_name_is_unknown() -> None:
    assert reconciled([line()], [case(procedure_name="Thủ tục lạ", field_name="Lĩnh vực lạ")]).verdicts("M12") == []


@pytest.mark.parametrize("catalogue", ["procedures", "fields"])
def test_a_name_that_a_feed_does_not_give_is_not_unknown(catalogue: str) -> None:
    nameless = case(1, procedure_name=None, field_name=None)
    named: dict[str, Any] = {catalogue: ("Một mục",)}
    assert reconciled([], [nameless], **named).rules() == set()


def test_a_name_of_the_catalogue_in_other_letters_is_known() -> None:
    known = [case(1, procedure_name="chứng thực  chữ ký", field_name="hộ tịch", procedure_key="chung thuc chu ky")]
    assert reconciled([], known, procedures=("Chứng thực chữ ký",), fields=("Hộ tịch",)).rules() == set()


def test_words_of_the_book_are_no_ones_configuration() -> None:
    strange = line(procedure_name="CT chữ ký", field_name="Lạ")
    world = reconciled([strange], [case()], procedures=("Chứng thực chữ ký",), fields=("Hộ tịch",))
    assert "M12" not in world.rules()
