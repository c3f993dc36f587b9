"""Exact shares and multiples: whole numbers divided by whole numbers, rounded only where a rule says how."""

import re
from math import gcd
from typing import Literal

Round = Literal["down", "half_up", "up"]
Ratio = tuple[int, int]
"""Numerator and denominator, in lowest terms."""
ONE: Ratio = (1, 1)
_DECIMAL = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,6}))?")


def rounded(numerator: int, denominator: int, how: str) -> int:
    """``numerator ÷ denominator`` as a whole number, for numbers that are not negative."""
    if how == "up":
        return -(-numerator // denominator)
    if how == "half_up":
        return (2 * numerator + denominator) // (2 * denominator)
    return numerator // denominator


def ratio(text: str) -> Ratio:
    """``"1.5"`` → (3, 2).

    Raises:
        ValueError: when it is no plain decimal.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is no plain decimal such as "1.5"')
    fraction = match[2] or ""
    return lowest(int(match[1] + fraction), 10 ** len(fraction))


def percent(text: str) -> Ratio:
    """``"2.5%"`` → (1, 40).

    Raises:
        ValueError: when it is no percentage.
    """
    if not text.endswith("%"):
        raise ValueError(f'"{text}" is no percentage such as "5%"')
    numerator, denominator = ratio(text[:-1])
    return lowest(numerator, denominator * 100)


def lowest(numerator: int, denominator: int) -> Ratio:
    """In lowest terms."""
    shared = gcd(numerator, denominator)
    return numerator // shared, denominator // shared


def product(one: Ratio, other: Ratio) -> Ratio:
    return lowest(one[0] * other[0], one[1] * other[1])


def higher(one: Ratio, other: Ratio) -> Ratio:
    """The larger of two."""
    return one if one[0] * other[1] >= other[0] * one[1] else other
