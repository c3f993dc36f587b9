"""A café with rewards of many kinds, for the tests of what may be had."""

from tests.cast import CAFE

REWARDS = """
[[causes]]
key = "trees"
name = { en = "Trees" }

[[rewards]]
key = "one_only"
kind = "merchandise"
name = { en = "The last mug" }
cost = { points = 10 }
stock = 1

[[rewards]]
key = "monthly"
kind = "discount_percent"
value = "10%"
name = { en = "Ten off" }
cost = { points = 10 }
limit = { per_member = 2, per = "month" }
voucher_days = 30

[[rewards]]
key = "december"
kind = "sample"
name = { en = "Gingerbread" }
cost = { points = 10 }
valid = { from = "2026-03-10", to = "2026-03-11" }

[[rewards]]
key = "tasting"
kind = "experience"
name = { en = "Tasting" }
free = true
per_member = 1
seats = 2

[[rewards]]
key = "latte_art"
kind = "experience"
name = { en = "Latte art" }
cost = { points = 20 }
seats = 1

[[rewards]]
key = "credit"
kind = "store_credit"
value = "5.00"
name = { en = "5 EUR in credit" }
cost = { points = 50 }

[[rewards]]
key = "cake"
kind = "free_product"
name = { en = "Cake" }
cost = { credit = "3.00" }

[[rewards]]
key = "birthday"
kind = "upgrade"
name = { en = "A larger cup" }
grant_only = true

[[rewards]]
key = "cinema"
kind = "partner_offer"
name = { en = "Cinema" }
cost = { points = 10 }

[[rewards]]
key = "premium"
kind = "trial"
days = 14
name = { en = "Premium beans" }
cost = { points = 10 }

[[rewards]]
key = "plant"
kind = "donation"
cause = "trees"
name = { en = "Plant a tree" }
cost = { points = 30 }

[[rewards]]
key = "richer"
kind = "membership"
name = { en = "The club" }
cost = { points = 10 }
when = { spent = { at_least = "1000.00" } }
"""
DOCUMENT = CAFE.replace("[[challenges]]", REWARDS + "\n[[challenges]]", 1)
