"""Money as integers in minor units; decimal strings only at the edge."""

import re
from functools import cache

from babel.core import get_global

FINEST = 6
"""Decimals that any amount may have before its currency is known."""
_DECIMAL = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,6}))?")
# ISO 4217 list one. CLDR's own digits say how sums are shown (a dinar without paras), not what can be charged.
_MINOR_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMN TND",
    4: "CLF UYW",
}
_DIGITS = {currency: digits for digits, currencies in _MINOR_DIGITS.items() for currency in currencies.split()}


@cache
def exponent_of(currency: str) -> int:
    """Decimals of an ISO 4217 currency (EUR 2, JPY 0, KWD 3).

    Raises:
        ValueError: when there is no such currency.
    """
    if currency not in get_global("all_currencies"):
        raise ValueError(f'"{currency}" is no ISO 4217 currency; write three capitals such as EUR')
    return _DIGITS.get(currency, 2)


def to_minor(text: str, exponent: int) -> int:
    """``"12.99"`` with exponent 2 → 1299.

    Raises:
        ValueError: when it is no plain decimal, or finer than the currency knows.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is no amount; write it as a plain decimal such as "12.99"')
    sign, whole, fraction = match[1], match[2], (match[3] or "").rstrip("0")
    if len(fraction) > exponent:
        raise ValueError(f'"{text}" is finer than the currency; it has {exponent} decimals')
    minor = int(whole + fraction.ljust(exponent, "0"))
    return -minor if sign else minor


def from_minor(minor: int, exponent: int) -> str:
    """1299 with exponent 2 → ``"12.99"``."""
    if exponent == 0:
        return str(minor)
    sign, digits = "-" if minor < 0 else "", str(abs(minor)).rjust(exponent + 1, "0")
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"
