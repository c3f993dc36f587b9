import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from bot.loyalty.money import exponent_of, from_minor, to_minor


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 4))
def test_minor_units_written_and_read_again_are_the_same(minor: int, exponent: int) -> None:
    assert to_minor(from_minor(minor, exponent), exponent) == minor


@given(st.from_regex(r"(0|[1-9][0-9]{0,8})\.[0-9]{2}", fullmatch=True))
def test_a_price_tag_read_and_written_again_is_the_same(text: str) -> None:
    assert from_minor(to_minor(text, 2), 2) == text


@pytest.mark.parametrize(
    ("currency", "text", "minor"),
    [
        ("EUR", "12.99", 1299),
        ("EUR", "12", 1200),
        ("EUR", "12.5", 1250),
        ("EUR", "12.9900", 1299),
        ("EUR", "0.01", 1),
        ("EUR", "-0.50", -50),
        ("JPY", "1200", 1200),
        ("JPY", "1200.00", 1200),
        ("KWD", "1.005", 1005),
        ("RSD", "12.50", 1250),
        ("CLF", "0.0001", 1),
    ],
)
def test_an_amount_is_counted_in_the_smallest_unit_of_its_currency(currency: str, text: str, minor: int) -> None:
    assert to_minor(text, exponent_of(currency)) == minor


@pytest.mark.parametrize(("currency", "text"), [("EUR", "12.999"), ("JPY", "1.5"), ("KWD", "1.0005")])
def test_an_amount_finer_than_the_currency_is_refused_and_not_rounded(currency: str, text: str) -> None:
    with pytest.raises(ValueError, match="finer than the currency"):
        to_minor(text, exponent_of(currency))


@pytest.mark.parametrize(
    "text", ["", ".", "1.", ".5", "1,50", "1e3", "+1", "1 000", " 1", "1\n", "NaN", "inf", "٣", "--1", "1" * 16]
)
def test_what_is_no_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        to_minor(text, 2)


@pytest.mark.parametrize("currency", ["Euro", "eur", "", "XXY", "€"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="no ISO 4217 currency"):
        exponent_of(currency)


def test_every_currency_has_between_none_and_four_decimals() -> None:
    assert {exponent_of(currency) for currency in get_global("all_currencies")} == {0, 2, 3, 4}
