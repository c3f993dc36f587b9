from hypothesis import given
from hypothesis import strategies as st

from bot.actions.codes import hashed
from bot.loyalty.codes import ALPHABET, grouped, numbered, tidy, with_check_digit

LETTERS = st.sampled_from(ALPHABET)
CODES = st.text(LETTERS, min_size=1, max_size=19).map(with_check_digit)


@given(st.integers(0), st.integers(2, 20))
def test_a_code_is_right_as_it_was_made(number: int, length: int) -> None:
    code = numbered(number, length)
    assert len(code.replace("-", "")) == length
    assert tidy(code) == code


@given(CODES, st.data())
def test_one_wrong_letter_makes_it_wrong(written: str, data: st.DataObject) -> None:
    code = written.replace("-", "")
    place = data.draw(st.integers(0, len(code) - 1))
    letter = data.draw(LETTERS.filter(lambda letter: letter != code[place]))
    assert tidy(code[:place] + letter + code[place + 1 :]) is None


@given(st.text())
def test_whatever_is_typed_is_a_code_or_nothing(text: str) -> None:
    code = tidy(text)
    assert code is None or tidy(code) == code


def test_codes_are_read_aloud_in_groups_of_four() -> None:
    assert grouped("ABCDEFGHJK") == "ABCD-EFGH-JK"


def test_a_hash_depends_on_the_key_on_what_it_is_for_and_on_the_code() -> None:
    hashes = {
        hashed(*each) for each in ((b"k", "link", "1"), (b"l", "link", "1"), (b"k", "x", "1"), (b"k", "link", "2"))
    }
    assert len(hashes) == 4
    assert all(len(one) == 64 for one in hashes)
