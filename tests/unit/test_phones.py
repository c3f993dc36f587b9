import phonenumbers
import pytest

from bot.actions.refs import phone_number
from bot.phones import as_dialled

MEXICO, ARGENTINA, BRAZIL = "+525512345678", "+5491123456789", "+5511987654321"


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("+5215512345678", MEXICO),
        ("+52 1 55 1234 5678", MEXICO),
        ("+54 11 2345-6789", ARGENTINA),
        ("+54 11 15 2345-6789", ARGENTINA),
        ("+55 (11) 8765-4321", BRAZIL),
        ("+55 31 9765-4321", "+5531997654321"),
    ],
)
def test_a_number_is_one_however_old_its_form(told: str, number: str) -> None:
    assert phone_number(told, None) == phone_number(number, None) == number


@pytest.mark.parametrize("number", [MEXICO, ARGENTINA, BRAZIL, "+551131234567", "+36301234567", "+12025550123"])
def test_a_number_of_today_stays_as_it_is(number: str) -> None:
    assert as_dialled(number) == number
    assert phonenumbers.is_possible_number(phonenumbers.parse(number))


def test_an_argentine_landline_is_one_number_in_either_form() -> None:
    assert phone_number("(011) 4321-0123", "AR") == phone_number("+54 11 4321-0123", None) == "+5491143210123"
    assert phone_number("+5491143210123", "AR") == "+5491143210123"


def test_what_is_no_number_after_that_either_is_refused() -> None:
    with pytest.raises(ValueError, match="no phone number"):
        phone_number("+52155123456789", None)
