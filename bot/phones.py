"""Phone numbers that changed their form, though not their owner.

Countries put a digit into their mobile numbers or took one out, and WhatsApp goes on naming an account by the form of
the day when it was made. As somebody's address, only the form that is dialled today counts.
"""

import re

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_OLD_FORMS = (
    (re.compile(r"\+521(\d{10})"), r"+52\1"),
    (re.compile(r"\+54([1-3]\d{9})"), r"+549\1"),
    (re.compile(r"\+55(\d\d)([6-9]\d{7})"), r"+55\g<1>9\2"),
)
"""Mexico took out the 1 in 2019; Argentina's mobiles have a 9 when called from abroad; Brazil's had eight digits.

In Argentina no digits tell a landline from a mobile, and no two lines have the same ten: a landline gets the 9 too and
stays one person's, who is answered at the form they write from.
"""


def as_dialled(number: str) -> str:
    """A number in E.164, in the form of today."""
    if number.startswith("+5"):
        for old, new in _OLD_FORMS:
            if old.fullmatch(number):
                return old.sub(new, number)
    return number
