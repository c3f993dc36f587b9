"""Sums of money in the copy that people read; all else is told as it is kept."""

from typing import Any

import pytest

from bot.actions.readable_copy import readable
from tests.cast import cafe


@pytest.mark.parametrize(
    ("section", "row", "lines"),
    [
        ("standing", {"points": 5, "spent": 113650}, ["points: 5", "spent: 1136.50 EUR"]),
        ("standing", {"spent": str(2**60)}, ["spent: 11529215046068469.76 EUR"]),
        ("ledger", {"points": -250, "wallet": "credit", "short": 5}, ["points: -2.50 EUR", "short: 0.05 EUR"]),
        ("ledger", {"points": -250, "wallet": "points", "short": 5}, ["points: -250", "wallet: points", "short: 5"]),
        ("donations", {"points": 0, "money": 40}, ["points: 0", "money: 0.40 EUR"]),
        ("activities", {"type": "visit", "amount": None, "details": None}, ["type: visit"]),
    ],
)  # fmt: skip
def test_a_sum_is_told_with_its_currency(section: str, row: dict[str, Any], lines: list[str]) -> None:
    told = readable({"member": "1", section: [row]}, cafe()).splitlines()
    assert told[:3] == ["member: 1", f"{section}:", "  1:"]
    assert {line.strip() for line in told[3:]} >= set(lines)


def test_the_items_of_a_purchase_are_told_by_name_and_price() -> None:
    details = {"items": [["a1", "Flat white", "", 2, 350], ["", "Cake", "", 1, None]], "attributes": {"seat": "7"}}
    told = readable({"activities": [{"amount": 700, "details": details}]}, cafe())
    assert [line.strip() for line in told.splitlines()[2:]] == [
        "amount: 7.00 EUR", "details:", "items:",
        "1:", "sku: a1", "name: Flat white", "quantity: 2", "price: 3.50 EUR",
        "2:", "name: Cake", "quantity: 1",
        "attributes:", "seat: 7",
    ]  # fmt: skip
