from __future__ import annotations

import pytest

from tests.dossiers import PEOPLE, PROCEDURES, case, line, reconciled

STRANGER, OTHER = PEOPLE[6], PROCEDURES[5]


@pytest.mark.parametrize(
    ("difference", "said", "evidence"),
    [
        ({"applicant_name": STRANGER}, "Chủ hồ sơ", "tên khác; trùng ngày nhận; trùng ngày hẹn; trùng thủ tục"),
        ({"procedure_name": OTHER}, "Thủ tục", "trùng tên; trùng ngày nhận; trùng ngày hẹn; thủ tục khác"),
    ],
)
def test_one_code_with_another_applicant_or_procedure_is_for_review(
    difference: dict[str, str], said: str, evidence: str
) -> None:
    rest = "trùng số điện thoại; trùng địa chỉ; ngày trả trùng ngày có kết quả"
    assert reconciled([line(**difference)], [case()]).verdicts("M09") == [
        {
            "feed": "igate",
            "logbook_row": 2,
            "feed_row": 2,
            "severity": "review",
            "urgency": None,
            "needs_review": True,
            "close_by": None,
            "days_open": None,
            "detail": f"{said} trên sổ và phần mềm khác nhau; Căn cứ ghép: trùng mã; {evidence}; {rest}",
        }
    ]


def test_a_middle_name_that_the_software_leaves_out_is_no_other_name() -> None:
    assert "M09" not in reconciled([line()], [case(applicant_name="Lò Páo")]).rules()


def test_both_differences_stand_in_one_row() -> None:
    world = reconciled([line(applicant_name=STRANGER, procedure_name=OTHER)], [case()])
    (found,) = world.verdicts("M09")
    assert found["detail"].startswith("Chủ hồ sơ trên sổ và phần mềm khác nhau; Thủ tục trên sổ và phần mềm khác nhau;")


def test_a_repaired_code_is_a_code() -> None:
    assert "M09" in reconciled([line(code_repair="bỏ dấu cách", procedure_name=OTHER)], [case()]).rules()


def test_a_link_that_does_not_rest_on_the_code_is_silent() -> None:
    world = reconciled([line(code=None, procedure_name=OTHER)], [case()])
    assert [method for *_, method, _ in world.linked()] == ["identity"]
    assert "M09" not in world.rules()


@pytest.mark.parametrize(
    "difference",
    [
        {"applicant_name": "LÒ VĂN PÁO"},
        {"applicant_name": "Lo Van Pao"},
        {"applicant_name": "Lò Văn Pảo"},
        {"applicant_name": "Lò Páo"},
        {"applicant_name": "Lò V Páo"},
        {"applicant_name": None},
        {"procedure_name": "Chứng thực"},
        {"procedure_name": "Chứng thực chữ kí"},
        {"procedure_name": None},
    ],
)
def test_another_way_of_writing_the_same_is_silent(difference: dict[str, str | None]) -> None:
    world = reconciled([line(**difference)], [case()])
    assert len(world.linked()) == 1
    assert "M09" not in world.rules()
