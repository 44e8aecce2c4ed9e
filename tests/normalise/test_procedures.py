from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipeline.normalise.procedures import channel_of, is_any_of, procedure_key, state_of
from pipeline.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

IGATE = load_settings().feeds["igate"]


def apply(make: Callable[[pl.Expr], pl.Expr], text: str | None) -> object:
    return pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(make(pl.col("text"))).item()


def key_of(text: str | None) -> object:
    return apply(lambda cell: procedure_key(cell, IGATE.procedures), text)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("ĐK khai sinh", "Đăng ký khai sinh"),
        ("CT HĐ GCN QSDĐ", "Chứng thực hợp đồng giấy chứng nhận quyền sử dụng đất"),
        ("Thủ tục đăng ký khai tử", "ĐK KT"),
        ("Về việc xin xác nhận tình trạng hôn nhân", "XN TTHN"),
    ],
)
def test_a_clerks_short_form_and_the_full_name_have_one_key(short: str, full: str) -> None:
    assert key_of(short) == key_of(full)


def test_abbreviations_are_words_and_not_parts_of_words() -> None:
    assert key_of("Ctx dks") == "ctx dks"


def test_a_name_of_ignored_words_only_keeps_them() -> None:
    assert (key_of("Thủ tục"), key_of(None)) == ("thu tuc", None)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *(
            ("Đang xử lý", "open"),
            ("ĐANG XỬ LÝ ", "open"),
            ("4", "open"),
            ("10", "closed"),
            ("Đã trả kết quả", "closed"),
        ),
        *(
            ("DA_NOP", "not_received"),
            ("Tạm dừng", "paused"),
            ("Đã có kết quả", "done"),
            ("7", "withdrawn"),
            ("3", "refused"),
        ),
    ],
)
def test_a_known_status_word_or_code_has_its_state(status: str, state: str) -> None:
    assert apply(lambda cell: state_of(cell, IGATE.states), status) == state


@pytest.mark.parametrize("status", ["Trả kết quả", "Đã chuyển", "11", "", None])
def test_a_word_that_nobody_explained_is_unclassified(status: str | None) -> None:
    assert apply(lambda cell: state_of(cell, IGATE.states), status) == "unclassified"


def test_a_word_with_two_states_is_unclassified() -> None:
    states = {"open": ("Chờ",), "closed": ("CHỜ", "Xong")}
    assert apply(lambda cell: state_of(cell, states), "Chờ") == "unclassified"
    assert apply(lambda cell: state_of(cell, states), "Xong") == "closed"


def test_only_the_words_for_another_agency_make_a_dossier_interlinked() -> None:
    words = IGATE.interlinked["status"]
    found = [apply(lambda cell: is_any_of(cell, words), text) for text in ("Đã chuyển liên thông", "Đang xử lý", None)]
    assert found == [True, False, False]


def test_a_known_channel_has_its_name_and_an_unknown_one_stays_as_written() -> None:
    texts = ("Trực tiếp", "2", "BCCI", "Qua Zalo", None)
    found = [apply(lambda cell: channel_of(cell, IGATE.channels), text) for text in texts]
    assert found == ["direct", "online", "post", "Qua Zalo", None]
