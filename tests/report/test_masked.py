import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.masked import free_text, initials, one_line

MOST = 4  # one letter and its full stop; ŉ and ß become two or three capitals


def of(text: str | None, rule: pl.Expr) -> str | None:
    return pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(rule)["text"][0]


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Nguyễn Văn Hoàng", "N. V. H."),
        ("đỗ thị sáng mai", "Đ. T. S. M."),
        ("ÂU DƯƠNG Ý", "Â. D. Ý."),
        ("A\u0302u Du\u031bo\u031bng", "Â. D."),  # from a Mac
        ("  Nguyễn   Văn\tB ", "N. V. B."),
        ("H'Hen Niê", "H. H. N."),
        ("T.Văn", "T. V."),
        ("Lê Thị Thử 0912 345 678 (001099012345)", "L. T. T."),
        ("Công ty TNHH Mẫu", "C. T. T. M."),
        ("một hai ba bốn năm sáu bảy tám chín", "M. H. B. B. N. S. B. T."),
        ("123", ""),
        ("", ""),
        (None, None),
    ],
)
def test_a_name_becomes_the_initials_of_its_words(name: str | None, masked: str | None) -> None:
    assert of(name, initials(pl.col("text"))) == masked


@given(st.text())
def test_no_two_letters_of_a_name_ever_stand_together(name: str) -> None:
    masked = of(name, initials(pl.col("text"))) or ""
    assert all(len(word) <= MOST and word.endswith(".") for word in masked.split())


@pytest.mark.parametrize(
    ("text", "calm"),
    [
        ("Đăng ký khai sinh", "Đăng ký khai sinh"),
        ("GCN QSDĐ, đt 0912 345 678", "GCN QSDĐ, đt …"),
        ("đt +84.912.345.678 gấp", "đt … gấp"),
        ("CCCD 001099012345", "CCCD …"),
        ("số 1.011442 ngày 25/03/2026", "số 1.011442 ngày 25/03/2026"),
        ("xem http://a.example/b", "xem http: //a.example/b"),
        ("a\r\nBcc: x\u202e\x1b[2J", "a Bcc: x [2J"),
        ("a\ufffe\uffffb", "a b"),  # no XML may hold them: a chart of the page could not be drawn
        ("x" * 30, "x" * 19 + "…"),
        ("x" * 20, "x" * 20),
        (None, None),
    ],
)
def test_free_text_has_one_line_and_no_long_number(text: str | None, calm: str | None) -> None:
    longest = 20 if text and set(text) == {"x"} else 60
    assert of(text, free_text(pl.col("text"), longest)) == calm


def test_a_dossier_code_keeps_its_digits() -> None:
    code = "000.17.22.H56-260320-0001"
    assert of(code, one_line(pl.col("text"), 40)) == code
