"""What comes back to a fashion shop, in parts, late, early and twice: as if it had never been bought, by hand.

One point for each whole euro, twice on a Tuesday from 20.00 on; 5 for each piece of the new collection, two weeks on.
"""

from tests.journeys.story import (
    Person,
    Step,
    buys,
    calls,
    has,
    joins,
    on,
    publishes,
    redeems,
    refunds,
    shop,
    ticks,
)

PEOPLE = {"anna": Person("sms", "+36301111111"), "bence": Person("telegram", "2222")}
NEW = {
    "points": 50, "pending": 0, "credit": "0.00", "tier": "bronze", "lifetime": 50, "to_tier": "300.00",
    "next": "free_shipping 100", "badges": (), "vouchers": (), "ledger": ("earn welcome +50",),
}  # fmt: skip

PARTS = [
    on("2026-01-05 10:00", joins("anna"), anna=NEW),
    on("2026-01-06 10:00", buys("anna", "R1", "25.00", ("dress", 1, "25.00")),
       "points_earned 50 100", "challenge_progress first_month 1 3", "challenge_progress three_days 1 3",
       anna=has("earn spend +50", points=100, lifetime=100, to_tier="275.00", next="free_shipping 50")),
    # 19.00 are too little for a Tuesday: 19 instead of 50.
    on("2026-01-07 10:00", refunds("anna", "R1", "6.00"), "points_clawed_back 31 0 69",
       anna=has("refund spend -31", points=69, lifetime=69, to_tier="281.00", next="free_shipping 81")),
    # What one refund takes back is one line, under the first of its rules by name.
    # One of two pieces goes back while its points are waited for, the other after they came.
    on("2026-01-08 10:00", buys("anna", "R2", "60.00", ("new_collection", 2, "60.00")),
       "points_earned 60 129", "points_pending 10 2026-01-22T09:00:00+00:00", "challenge_progress first_month 2 3",
       "challenge_progress three_days 2 3",
       anna=has("earn spend +60", points=129, pending=10, lifetime=129, to_tier="221.00", next="free_shipping 21")),
    on("2026-01-10 10:00", refunds("anna", "R2", None, ("new_collection", 1)),
       "points_pending_cancelled 5", "points_clawed_back 30 0 99",
       anna=has("refund spend -30", points=99, pending=5, lifetime=99, to_tier="251.00", next="free_shipping 51")),
    on("2026-01-22 10:00", ticks(), anna=has("earn new_collection +5", points=104, pending=0, lifetime=104,
                                             next="free_shipping 46")),
    on("2026-01-25 10:00", refunds("anna", "R2", None, ("new_collection", 1)), "points_clawed_back 35 0 69",
       anna=has("refund new_collection -35", points=69, lifetime=69, to_tier="281.00", next="free_shipping 81")),
    on("2026-01-25 10:01", refunds("anna", "R2", "0.01"), '409 nothing is left of "R2" to take back'),
    on("2026-01-25 10:02", refunds("anna", "R1", "19.01"), '409 only 19.00 is left of "R1" to take back', anna=has()),
    # Refunds that come before their purchases: a whole one, and 15.00 of 40.00. R2 is no purchase any more.
    on("2026-01-26 09:00", refunds("anna", "R3"), "refund_waiting R3", anna=has()),
    on("2026-01-26 09:01", buys("anna", "R3", "99.00"), "refunded_before ['refund 6']", anna=has()),
    on("2026-01-26 09:02", refunds("anna", "R4", "15.00"), "refund_waiting R4", anna=has()),
    on("2026-01-26 09:03", buys("anna", "R4", "40.00", ("belt", 1, "40.00")),
       "refunded_before ['refund 7']", "points_earned 25 94", "challenge_progress first_month 2 3",
       "challenge_progress three_days 1 3",
       anna=has("earn spend +25", points=94, lifetime=94, to_tier="256.00", next="free_shipping 56")),
    # The gift card of an order goes back, which had earned nothing; then the rest, which was the third purchase.
    on("2026-01-28 09:00", buys("anna", "R5", "100.00", ("gift_card", 1, "50.00"), ("belt", 1, "50.00")),
       "points_earned 50 144", "challenge_progress first_month 3 3", "challenge_completed first_month",
       "points_earned 100 244", "badge_awarded insider", "challenge_progress three_days 2 3",
       anna=has("earn spend +50", "earn challenges:first_month +100", points=244, lifetime=244, to_tier="156.00",
                next="five_off 6", badges=("insider",))),
    on("2026-01-29 09:00", refunds("anna", "R5", None, ("gift_card", 1)), anna=has(to_tier="206.00")),
    # 150 of 244 are spent on shipping: 94 of the 150 are there.
    on("2026-01-29 09:01", redeems("anna", "free_shipping"), "V1, 94 left",
       anna=has("redeem free_shipping -150", points=94, next="free_shipping 56", vouchers=("free_shipping",))),
    on("2026-01-30 09:00", refunds("anna", "R5"), "points_clawed_back 94 56 0",
       anna=has("refund challenges:first_month -94", points=0, lifetime=94, to_tier="256.00",
                next="free_shipping 150")),
    # The shipping was not needed either: its 150 come back, and of these the 56 go that were not there. What is left is
    # what was there before the order.
    on("2026-01-31 09:00", calls("POST", "/api/v1/vouchers/V1/cancel", None, "cancelled_at"),
       "2026-01-31T08:00:00+00:00",
       anna=has("cancel free_shipping +150", "refund free_shipping -56", points=94, next="free_shipping 56",
                vouchers=())),
]  # fmt: skip

# In February an outfit of 30.00 + 40.00 + 50.00 brings 50, without its shoes nothing; the badge stays.
OUTFIT = [
    on("2026-02-02 10:00", buys("anna", "O1", "30.00", ("top", 1, "30.00")),
       "points_earned 30 124", "challenge_progress first_month 3 3", "challenge_completed first_month",
       "points_earned 100 224", "challenge_progress three_days 1 3", "challenge_progress whole_outfit 1 3",
       anna=has("earn spend +30", "earn challenges:first_month +100", points=224, lifetime=224, to_tier="226.00",
                next="five_off 26")),
    on("2026-02-02 10:01", buys("anna", "O2", "90.00", ("bottom", 1, "40.00"), ("shoes", 1, "50.00")),
       "points_earned 90 314", "challenge_progress whole_outfit 3 3", "challenge_completed whole_outfit",
       "points_earned 50 364", "badge_awarded stylist",
       anna=has("earn spend +90", "earn challenges:whole_outfit +50", points=364, lifetime=364, to_tier="136.00",
                next="tote_bag 436", badges=("insider", "stylist"))),
    on("2026-02-05 10:00", refunds("anna", "O2", None, ("shoes", 1)), "points_clawed_back 100 0 264",
       anna=has("refund challenges:whole_outfit -100", points=264, lifetime=264, to_tier="186.00",
                next="tote_bag 536")),
    on("2026-02-06 10:00", buys("anna", "O3", "55.00", ("shoes", 1, "55.00")),
       "points_earned 55 319", "challenge_progress three_days 2 3", "challenge_progress whole_outfit 3 3",
       "challenge_completed whole_outfit", "points_earned 50 369",
       anna=has("earn spend +55", "earn challenges:whole_outfit +50", points=369, lifetime=369, to_tier="131.00",
                next="tote_bag 431")),
]  # fmt: skip

# What Bence bought first goes back within the two weeks: it is the next purchase that brings both a bonus.
FRIEND = [
    on("2026-02-09 10:00", joins("bence", referred_by="ANNA"), bence=NEW),
    on("2026-02-09 10:05", buys("bence", "B1", "20.00"),
       "points_earned 20 70", "challenge_progress first_month 1 3", "challenge_progress three_days 1 3",
       bence=has("earn spend +20", points=70, lifetime=70, to_tier="280.00", next="free_shipping 80")),
    on("2026-02-20 10:00", refunds("bence", "B1"), "points_clawed_back 20 0 50",
       bence=has("refund spend -20", points=50, lifetime=50, to_tier="300.00", next="free_shipping 100")),
    on("2026-02-23 10:05", ticks(), anna=has(), bence=has()),
    on("2026-02-25 10:00", buys("bence", "B2", "30.00"),
       "points_earned 30 80", "challenge_progress first_month 1 3", "challenge_progress three_days 1 3",
       bence=has("earn spend +30", points=80, lifetime=80, to_tier="270.00", next="free_shipping 70")),
    on("2026-03-11 09:59", ticks(), anna=has(), bence=has()),
    on("2026-03-11 10:00", ticks(),
       "anna: Thread & Needle: A friend you invited has made a first purchase. As a thank-you you get 200 points.",
       anna=has("earn referrals +200", points=569, lifetime=569, next="tote_bag 231"),
       bence=has("earn referrals +100", points=180, lifetime=180, next="five_off 70")),
    # After it was paid, both give back what they got; 0.01 had earned nothing.
    on("2026-03-12 10:00", refunds("bence", "B2", "29.99"), "points_clawed_back 30 0 150",
       bence=has("refund spend -30", points=150, lifetime=150, to_tier="299.99", next="five_off 100"), anna=has()),
    on("2026-03-13 10:00", refunds("bence", "B2"),
       bence=has("refund referrals -100", points=50, lifetime=50, to_tier="300.00", next="free_shipping 100"),
       anna=has("refund referrals -200", points=369, lifetime=369, next="tote_bag 431")),
]  # fmt: skip

# Points are doubled for all from now on; each purchase is taken back under the rules it was made under.
NEW_RULES = [
    on("2026-04-01 10:00", buys("anna", "N1", "10.00"), "points_earned 10 379", "challenge_progress three_days 1 3",
       anna=has("earn spend +10", points=379, lifetime=379, to_tier="121.00", next="tote_bag 421")),
    on("2026-04-01 10:01", publishes('give = { points = 1, per = "1.00"', 'give = { points = 2, per = "1.00"'),
       'earning "spend": give.points was 1, is 2', anna=has()),
    on("2026-04-01 10:02", buys("anna", "N2", "10.00"), "points_earned 20 399",
       anna=has("earn spend +20", points=399, lifetime=399, to_tier="111.00", next="tote_bag 401")),
    on("2026-04-02 10:00", refunds("anna", "N1"), "points_clawed_back 10 0 389",
       anna=has("refund spend -10", points=389, lifetime=389, to_tier="121.00", next="tote_bag 411")),
    on("2026-04-02 10:01", refunds("anna", "N2", "5.00"), "points_clawed_back 10 0 379",
       anna=has("refund spend -10", points=379, lifetime=379, to_tier="126.00", next="tote_bag 421")),
    # What is told again is what was told, and changes nothing.
    on("2026-04-02 10:02", buys("anna", "N2", "99.00"), "points_earned 20 399", anna=has()),
]  # fmt: skip

STORY: list[Step] = PARTS + OUTFIT + FRIEND + NEW_RULES


async def test_what_comes_back_to_a_fashion_shop_adds_up(database_url: str) -> None:
    async with shop(database_url, "fashion", "2026-01-01 10:00", PEOPLE) as fashion:
        await fashion.lives(STORY)
