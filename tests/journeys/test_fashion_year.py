"""A fashion shop over more than two years: tiers by the year's spend, what they bring, and how they and points end.

One point for each whole euro of what counts; silver (300 a year) multiplies by 1.25, gold (1000) by 1.5, a Tuesday from
20.00 on by 2: the highest counts. Points end a year after the last purchase.
"""

from tests.journeys.story import (
    Person,
    Step,
    buys,
    calls,
    does,
    expiring,
    has,
    joins,
    on,
    publishes,
    quotes,
    redeems,
    refunds,
    says,
    shop,
    ticks,
)

PEOPLE = {
    "anna": Person("sms", "+36301111111"),
    "bence": Person("telegram", "2222"),
    "charlie": Person("email", "charlie@example.com"),
    "again": Person("email", "anna.again@example.com"),
    "dora": Person("email", "dora@example.com"),
}
NEW = {
    "points": 50, "pending": 0, "credit": "0.00", "tier": "bronze", "lifetime": 50, "to_tier": "300.00",
    "next": "free_shipping 100", "badges": (), "vouchers": (), "ledger": ("earn welcome +50",),
}  # fmt: skip
TIER = "/api/v1/members/phone:+36301111111/tier"

# Of the year's spend, everything counts: 49.90 + 80.00 + 19.99 + 130.00 + 60.00 = 339.89.
JANUARY = [
    on("2026-01-05 10:00", joins("anna", birthday="1990-06-10", consent={"sms": True}), anna=NEW),
    on("2026-01-05 10:05", buys("anna", "F1", "49.90", ("top", 1, "49.90"), payment_token="card 1"),
       "points_earned 49 99", "challenge_progress first_month 1 3", "challenge_progress three_days 1 3",
       "challenge_progress whole_outfit 1 3",
       anna=has("earn spend +49", points=99, lifetime=99, to_tier="250.10", next="free_shipping 51")),
    # A Tuesday: twice 80.
    on("2026-01-06 12:00", quotes("anna", "80.00", ("bottom", 1, "80.00")), "160 0.00 80.00", anna=has()),
    on("2026-01-06 12:01", buys("anna", "F2", "80.00", ("bottom", 1, "80.00")),
       "points_earned 160 259", "challenge_progress first_month 2 3", "challenge_progress three_days 2 3",
       "challenge_progress whole_outfit 2 3",
       anna=has("earn spend +160", points=259, lifetime=259, to_tier="170.10", next="tote_bag 541")),
    # Below 20.00 a Tuesday is a day like any other. The third purchase of the first 60 days brings 100.
    on("2026-01-06 12:30", buys("anna", "F3", "19.99", ("belt", 1, "19.99")),
       "points_earned 19 278", "challenge_progress first_month 3 3", "challenge_completed first_month",
       "points_earned 100 378", "badge_awarded insider",
       anna=has("earn spend +19", "earn challenges:first_month +100", points=378, lifetime=378, to_tier="150.11",
                next="tote_bag 422", badges=("insider",))),
    # Neither gift card nor shipping: 130.00 - 50.00 - 5.90 = 74.10. The outfit is whole, which brings 50.
    on("2026-01-07 10:00", buys("anna", "F4", "130.00", ("gift_card", 1, "50.00"), ("shoes", 1, "74.10"),
                                shipping="5.90"),
       "points_earned 74 452", "challenge_progress three_days 3 3", "challenge_completed three_days",
       "badge_awarded trendsetter", "challenge_progress whole_outfit 3 3", "challenge_completed whole_outfit",
       "points_earned 50 502", "badge_awarded stylist",
       anna=has("earn spend +74", "earn challenges:whole_outfit +50", points=502, lifetime=502, to_tier="20.11",
                next="tote_bag 298", badges=("insider", "trendsetter", "stylist"))),
    # Two of the new collection bring 5 each, in two weeks. This purchase reaches silver, and earns by bronze.
    on("2026-01-08 10:00", buys("anna", "F5", "60.00", ("new_collection", 2, "60.00")),
       "points_earned 60 562", "points_pending 10 2026-01-22T09:00:00+00:00", "tier_reached silver bronze",
       anna=has("earn spend +60", points=562, pending=10, lifetime=562, tier="silver", to_tier="660.11",
                next="tote_bag 238")),
    # 500 for a verified review, once for each product, and 1500 a month.
    on("2026-01-10 09:00", does("anna", "review", product="F1", verified=True), "points_earned 500 1062",
       anna=has("earn review +500", points=1062, lifetime=1062, next=None)),
    on("2026-01-10 09:01", does("anna", "review", product="F1", verified=True), anna=has()),
    on("2026-01-10 09:02", does("anna", "review", product="F2", verified=False), anna=has()),
    on("2026-01-10 09:03", does("anna", "review", product="F2", verified=True), "points_earned 500 1562",
       anna=has("earn review +500", points=1562, lifetime=1562)),
    on("2026-01-10 09:04", does("anna", "review", product="F3", verified=True), "points_earned 500 2062",
       anna=has("earn review +500", points=2062, lifetime=2062)),
    on("2026-01-10 09:05", does("anna", "review", product="F4", verified=True), anna=has()),
    # 20 for sharing, once a week; the week begins on Monday.
    on("2026-01-11 20:00", does("anna", "social_share"), "points_earned 20 2082",
       anna=has("earn share +20", points=2082, lifetime=2082)),
    on("2026-01-11 23:59", does("anna", "social_share"), anna=has()),
    on("2026-01-12 00:00", does("anna", "social_share"), "points_earned 20 2102",
       anna=has("earn share +20", points=2102, lifetime=2102)),
    on("2026-01-12 08:00", does("anna", "app_opened"), "points_earned 2 2104",
       anna=has("earn app +2", points=2104, lifetime=2104)),
    on("2026-01-12 23:00", does("anna", "app_opened"), anna=has()),
    on("2026-01-12 23:05", does("anna", "survey", survey="spring"), "points_earned 50 2154",
       anna=has("earn style_survey +50", points=2154, lifetime=2154)),
    on("2026-01-12 23:06", does("anna", "survey", survey="spring"), anna=has()),
    # Silver on a Tuesday: 2 is more than 1.25. On a Wednesday: 41 x 1.25 = 51.25.
    on("2026-01-13 10:00", buys("anna", "F6", "100.00", ("coat", 1)),
       "points_earned 200 2354", "challenge_progress three_days 1 3",
       anna=has("earn spend +200", points=2354, lifetime=2354, to_tier="560.11")),
    on("2026-01-14 10:00", buys("anna", "F7", "41.00", ("belt", 1)),
       "points_earned 51 2405", "challenge_progress three_days 2 3",
       anna=has("earn spend +51", points=2405, lifetime=2405, to_tier="519.11")),
    on("2026-01-14 13:00", redeems("anna", "tote_bag"), "V1, 1605 left",
       anna=has("redeem tote_bag -800", points=1605, vouchers=("tote_bag",))),
    on("2026-01-14 13:01", redeems("anna", "tote_bag"),
       "409 this member has had this reward as often as one may; nothing was changed"),
    on("2026-01-15 09:00", redeems("anna", "fifteen_percent"), "V2, 605 left",
       anna=has("redeem fifteen_percent -1000", points=605, next="fifteen_percent 395",
                vouchers=("fifteen_percent", "tote_bag"))),
    on("2026-01-15 09:01", redeems("anna", "preview_evening"),
       "409 this reward is for members of another tier: gold; nothing was changed", anna=has()),
    on("2026-01-22 09:59", ticks(), anna=has()),
    on("2026-01-22 10:00", ticks(), anna=has("earn new_collection +10", points=615, pending=0, lifetime=2415,
                                             next="fifteen_percent 385")),
]  # fmt: skip

# Anna brings Bence: 200 for her, 100 for him, two weeks after his first purchase. She cannot bring herself.
FEBRUARY = [
    on("2026-02-01 00:05", does("anna", "review", product="F4", verified=True), "points_earned 500 1115",
       anna=has("earn review +500", points=1115, lifetime=2915, next=None)),
    on("2026-02-01 10:00", redeems("anna", "fifteen_percent"), "V3, 115 left",
       anna=has("redeem fifteen_percent -1000", points=115, next="free_shipping 35",
                vouchers=("fifteen_percent", "fifteen_percent", "tote_bag"))),
    on("2026-02-02 10:00", joins("bence", locale="hu", referred_by="ANNA"), bence=NEW),
    on("2026-02-02 11:00", joins("again", referred_by="ANNA"), again=NEW),
    on("2026-02-03 10:00", buys("bence", "G1", "25.00"),
       "points_earned 50 100", "challenge_progress first_month 1 3", "challenge_progress three_days 1 3",
       bence=has("earn spend +50", points=100, lifetime=100, to_tier="275.00", next="free_shipping 50"), anna=has()),
    on("2026-02-04 10:00", buys("again", "G2", "40.00", payment_token="card 1"),
       "points_earned 40 90", "challenge_progress first_month 1 3", "challenge_progress three_days 1 3",
       again=has("earn spend +40", points=90, lifetime=90, to_tier="260.00", next="free_shipping 60"), anna=has()),
    on("2026-02-04 10:01", calls("GET", "/api/v1/referrals?state=refused", None, "referrals.0.reason"),
       "same device or payment"),
    on("2026-02-17 09:59", ticks(), anna=has(), bence=has()),
    # Bence is near a reward, but was never asked whether he wants offers.
    on("2026-02-17 10:00", ticks(), "near_reward audience=1 queued=0 suppressed=1",
       "anna: Thread & Needle: A friend you invited has made a first purchase. As a thank-you you get 200 points.",
       anna=has("earn referrals +200", points=315, lifetime=3115, next="fifteen_percent 685"),
       bence=has("earn referrals +100", points=200, lifetime=200, next="five_off 50"), again=has()),
]  # fmt: skip

# 339.89 + 100.00 + 41.00 + 520.00 = 1000.89 is gold, and the Tuesday doubles.
MARCH = [
    on("2026-03-03 10:00", buys("anna", "F8", "520.00", ("coat", 1, "520.00")),
       "points_earned 1040 1355", "challenge_progress three_days 1 3", "tier_reached gold silver",
       anna=has("earn spend +1040", points=1355, lifetime=4155, tier="gold", to_tier=None, next=None)),
    # Who is gold in 2026 is so to the end of 2027, and three months more.
    on("2026-03-03 10:01", calls("GET", TIER, None, "tier.benefits.free_shipping", "tier.benefits.early_access_hours",
                                 "tier.benefits.multiplier", "progress", "until"),
       "True", "48", "1.5", "1000.89", "2028-03-31T22:00:00+00:00"),
    on("2026-03-03 10:02", says("anna", "tier"), "Your tier: Gold, until March 31, 2028",
       "It brings you: 1.5 times the points; free shipping; 48 hours of early access; Free alterations; "
       "A birthday gift of your own"),
    # 33 x 1.5 = 49.5
    on("2026-03-04 10:00", quotes("anna", "33.00"), "49 0.00 33.00", anna=has()),
    on("2026-03-04 10:01", buys("anna", "F9", "33.00"), "points_earned 49 1404", "challenge_progress three_days 2 3",
       anna=has("earn spend +49", points=1404, lifetime=4204)),
    on("2026-03-04 12:00", publishes("seats = 20", "seats = 1"), 'rewards "preview_evening": seats was 20, is 1'),
    on("2026-03-04 12:05", redeems("anna", "preview_evening"), "V4, 1404 left",
       anna=has(vouchers=("fifteen_percent", "fifteen_percent", "preview_evening", "tote_bag"))),
    on("2026-03-05 10:00", buys("bence", "G3", "1000.00"),
       "points_earned 1000 1200", "challenge_progress first_month 2 3", "challenge_progress three_days 1 3",
       "tier_reached gold bronze",
       bence=has("earn spend +1000", points=1200, lifetime=1200, tier="gold", to_tier=None, next=None)),
    on("2026-03-05 10:01", redeems("bence", "preview_evening"), "409 this reward is sold out; nothing was changed"),
    on("2026-03-05 10:02", says("bence", "beváltom preview_evening", "igen"),
       "A várólistán a helyed: 1. (Előbemutató az új kollekció előtt) Szólunk, ha felszabadul egy hely.", bence=has()),
    on("2026-03-06 10:00", calls("POST", "/api/v1/vouchers/V4/cancel", {"reason": "ill"}, "cancelled_why"), "ill",
       anna=has(vouchers=("fifteen_percent", "fifteen_percent", "tote_bag")), bence=has(vouchers=("preview_evening",))),
    on("2026-03-06 10:01", ticks(), "bence: Thread & Needle: felszabadult egy hely, és a tiéd: "
       "Előbemutató az új kollekció előtt. Ezt a kódot mutasd meg ott: V5"),
    # 974.00 + 25.00 = 999.00 is not gold; without the rest it is not even silver.
    on("2026-03-10 10:00", refunds("bence", "G3", "26.00"), "points_clawed_back 26 0 1174", "tier_lost gold silver",
       bence=has("refund spend -26", points=1174, lifetime=1174, tier="silver", to_tier="1.00")),
    on("2026-03-12 10:00", refunds("bence", "G3"), "points_clawed_back 974 0 200", "tier_lost silver bronze",
       bence=has("refund spend -974", points=200, lifetime=200, tier="bronze", to_tier="275.00", next="five_off 50")),
    # 20.00 of the coat are 40 on a Tuesday. With 980.89 Anna was silver still when she bought for 33.00, which makes
    # 41.25 instead of 49.5; with that, at 1013.89, she is gold.
    on("2026-03-13 10:00", refunds("anna", "F8", "20.00"), "points_clawed_back 48 0 1356",
       anna=has("refund spend -48", points=1356, lifetime=4156)),
]  # fmt: skip

# Guests have a month to join.
SPRING = [
    on("2026-04-01 10:00", buys("charlie", "H1", "75.50"), "guest 75"),
    on("2026-04-01 10:01", buys("dora", "H2", "80.00"), "guest 80"),
    on("2026-04-20 10:00", joins("charlie"),
       charlie={**NEW, "points": 125, "lifetime": 125, "to_tier": "224.50", "next": "free_shipping 25",
                "ledger": ("earn welcome +50", "earn spend +75")}),
    on("2026-05-02 10:00", joins("dora"), dora=NEW),
    # 90 days after 3 February and 4 March.
    on("2026-05-04 10:00", ticks(), "winback audience=1 queued=0 suppressed=1", bence=has()),
    on("2026-06-02 10:00", ticks(), "winback audience=1 queued=1 suppressed=0",
       "anna: We have not seen you for a while, Anna. 50 points are waiting for you at Thread & Needle. "
       "You now have 1,406 points.",
       # The vouchers of January and February were good for 60 days.
       anna=has("bonus campaign:winback +50", points=1406, lifetime=4206, vouchers=("tote_bag",))),
    on("2026-06-10 09:00", ticks(), "birthday_gold audience=1 queued=1 suppressed=0",
       "anna: Happy birthday, Anna! 300 points are yours, our gift for gold members of Thread & Needle. "
       "You now have 1,706 points.",
       anna=has("bonus campaign:birthday_gold +300", points=1706, lifetime=4506)),
]  # fmt: skip

# What was earned up to the last purchase ends a year after it, what came later a year after that.
ENDINGS = [
    on("2027-01-04 10:00", ticks(), "expiring audience=1 queued=1 suppressed=0",
       "bence: Az utolsó nap 2027. február 3., Bence: utána lejár 200 pont (Thread & Needle). "
       "Most 200 pont van a számládon.", bence=has(to_tier="300.00")),
    on("2027-01-05 10:00", ticks(), "expiring audience=1 queued=1 suppressed=0",
       "again: 90 points of yours at Thread & Needle end after February 4, 2027, Again. You now have 90 points."),
    on("2027-01-15 10:00", expiring("anna"), "1356 2027-03-05 00:00", "50 2027-06-03 00:00", "300 2027-06-11 00:00"),
    on("2027-02-01 10:00", ticks()),
    on("2027-02-02 10:00", ticks(), "expiring audience=1 queued=1 suppressed=0",
       "anna: 1,356 points of yours at Thread & Needle end after March 4, 2027, Anna. You now have 1,706 points."),
    on("2027-02-03 23:59", expiring("bence"), "100 2027-02-04 00:00", "100 2027-02-18 00:00", bence=has()),
    on("2027-02-04 00:00", ticks(), bence=has("expire -100", points=100, next="free_shipping 50")),
    on("2027-02-05 00:00", ticks(),
       again=has("expire -90", points=0, to_tier="300.00", next="free_shipping 150")),
    on("2027-02-18 00:00", ticks(), bence=has("expire -100", points=0, next="free_shipping 150")),
    # A purchase keeps all of it for another year: 350 x 1.5 = 525.
    on("2027-03-01 10:00", buys("anna", "F10", "350.00"), "points_earned 525 2231", "challenge_progress three_days 1 3",
       anna=has("earn spend +525", points=2231, lifetime=5031)),
    on("2027-03-05 00:00", expiring("anna"), "2231 2028-03-02 00:00", anna=has()),
    on("2027-04-02 00:00", ticks(),
       charlie=has("expire -75", points=50, to_tier="300.00", next="free_shipping 100")),
    on("2027-05-03 00:00", ticks(), charlie=has("expire -50", points=0, next="free_shipping 150"),
       dora=has("expire -50", points=0, next="free_shipping 150")),
    on("2028-03-01 23:59", expiring("anna"), "2231 2028-03-02 00:00", anna=has()),
    on("2028-03-02 00:00", ticks(), anna=has("expire -2231", points=0, next="free_shipping 150")),
    on("2028-03-31 23:59", ticks(), anna=has()),
    # 350.00 in 2027 were silver.
    on("2028-04-01 00:00", ticks(), anna=has(tier="silver", to_tier="1000.00")),
    on("2028-04-01 00:01", calls("GET", TIER, None, "progress", "until"), "0.00", "2029-03-31T22:00:00+00:00"),
]  # fmt: skip

STORY: list[Step] = JANUARY + FEBRUARY + MARCH + SPRING + ENDINGS


async def test_two_years_in_a_fashion_shop_add_up(database_url: str) -> None:
    async with shop(database_url, "fashion", "2026-01-01 10:00", PEOPLE) as fashion:
        await fashion.lives(STORY)
