"""A month in a café, told by the till and in the chat, with every number computed by hand.

One point for each whole euro; ten coffees, or a hundred points, make a drink; three days in a week make a badge.
"""

from tests.journeys.story import Person, buys, calls, has, joins, on, redeems, refunds, says, shop, ticks

PEOPLE = {"anna": Person("sms", "+36301111111"), "bence": Person("telegram", "2222")}
NOTHING = {
    "points": 0, "pending": 0, "credit": "0.00", "tier": None, "lifetime": 0, "to_tier": None, "next": "free_drink 100",
    "coffee": 0, "badges": (), "vouchers": (), "ledger": (),
}  # fmt: skip

# Anna's card fills up: 1 + 1 + 2 + 4 + 1 = 9 coffees, and 2 more are a drink and one coffee on the next card.
FIRST_WEEK = [
    on("2026-03-02 08:00", joins("anna", birthday="1990-03-12", consent={"sms": True}), anna=NOTHING),
    on("2026-03-02 08:05", says("bence", "nyelv magyar", "csatlakozom", "Bence", "kihagyom", "igen", lines=2),
       "Isten hozott! Mostantól tag vagy itt: Bean & Leaf. Tagsági számod: BENCE", "Egyenleged: 0 pont.",
       bence=NOTHING),
    # Monday: 3.80 makes 3, 12.99 makes 12; the second purchase of a day is no new day.
    on("2026-03-02 08:10", buys("anna", "A1", "3.80", ("coffee", 1)),
       "points_earned 3 3", "stamps_added coffee 1 1 10", "challenge_progress three_visits 1 3",
       anna=has("earn spend +3", points=3, lifetime=3, next="free_drink 97", coffee=1)),
    on("2026-03-02 23:50", buys("anna", "A2", "12.99", ("cake", 3)), "points_earned 12 15",
       anna=has("earn spend +12", points=15, lifetime=15, next="free_drink 85")),
    # It is Tuesday at the café, though not yet in Greenwich.
    on("2026-03-03 00:05", buys("anna", "A3", "4.50", ("coffee", 1)),
       "points_earned 4 19", "stamps_added coffee 1 2 10", "challenge_progress three_visits 2 3",
       anna=has("earn spend +4", points=19, lifetime=19, next="free_drink 81", coffee=2)),
    on("2026-03-05 09:00", buys("anna", "A4", "7.60", ("coffee", 2)),
       "points_earned 7 26", "stamps_added coffee 2 4 10", "challenge_progress three_visits 3 3",
       "challenge_completed three_visits", "badge_awarded regular",
       anna=has("earn spend +7", points=26, lifetime=26, next="free_drink 74", coffee=4, badges=("regular",))),
    on("2026-03-06 09:10", buys("anna", "A5", "18.40", ("coffee", 4), ("cake", 1)),
       "points_earned 18 44", "stamps_added coffee 4 8 10",
       anna=has("earn spend +18", points=44, lifetime=44, next="free_drink 56", coffee=8)),
    on("2026-03-06 09:30", ticks(), "near_reward audience=1 queued=1 suppressed=0",
       "anna: Only 2 stamps to go, Anna, and it is yours: Any drink."),
    on("2026-03-07 10:00", buys("anna", "A6", "3.80", ("coffee", 1)),
       "points_earned 3 47", "stamps_added coffee 1 9 10",
       anna=has("earn spend +3", points=47, lifetime=47, next="free_drink 53", coffee=9)),
    on("2026-03-07 10:01", ticks(), "near_reward audience=1 queued=1 suppressed=0",
       "anna: Only 1 stamp to go, Anna, and it is yours: Any drink."),
]  # fmt: skip

SECOND_WEEK = [
    on("2026-03-09 08:10", buys("anna", "B1", "7.60", ("coffee", 2)),
       "points_earned 7 54", "stamps_added coffee 2 1 10", "stamp_card_completed coffee free_drink V1",
       "challenge_progress three_visits 1 3",
       anna=has("earn spend +7", points=54, lifetime=54, next="free_drink 46", coffee=1, vouchers=("free_drink",))),
    on("2026-03-09 08:12", calls("POST", "/api/v1/vouchers/V1/use", {"location": "Main Street", "by": "Dora"},
       "reward", "because", "used_where", "used_by"), "free_drink", "stamps:coffee", "Main Street", "Dora",
       anna=has(vouchers=())),
    on("2026-03-09 08:13", calls("POST", "/api/v1/vouchers/V1/use", {"location": "Harbour"}),
       "409 this voucher was used at 2026-03-09T07:12:00+00:00 (Main Street)", anna=has()),
    # Anna's birthday: 54 + 50.
    on("2026-03-12 08:59", ticks()),
    on("2026-03-12 09:00", ticks(), "birthday audience=1 queued=1 suppressed=0",
       "anna: Happy birthday, Anna! 50 points are yours, a present from Bean & Leaf. You now have 104 points.",
       anna=has("bonus campaign:birthday +50", points=104, lifetime=104, next=None)),
    on("2026-03-12 09:05", ticks(), anna=has()),
    on("2026-03-12 12:00", says("anna", "redeem 1"), "Redeem Any drink for 100 points? Answer yes or no.", anna=has()),
    on("2026-03-12 12:01", says("anna", "yes"), "Show this code at the counter: V2",
       "Or open it as a picture: http://shop.test/v/V2", "It is good for: Any drink", "You have 4 points.",
       anna=has("redeem free_drink -100", points=4, next="free_drink 96", vouchers=("free_drink",))),
    on("2026-03-13 17:00", buys("anna", "B2", "60.00", ("catering", 1)),
       "points_earned 60 64", "challenge_progress three_visits 2 3",
       anna=has("earn spend +60", points=64, lifetime=164, next="free_drink 36")),
    # Three days again; a badge is had once.
    on("2026-03-14 13:00", buys("anna", "B3", "30.00"),
       "points_earned 30 94", "challenge_progress three_visits 3 3", "challenge_completed three_visits",
       anna=has("earn spend +30", points=94, lifetime=194, next="free_drink 6")),
    on("2026-03-14 13:01", ticks(), "near_reward audience=1 queued=1 suppressed=0",
       "anna: Only 6 points to go, Anna, and it is yours: Any drink."),
    # What would be said at night is said when the quiet hours are over.
    on("2026-03-14 22:30", buys("anna", "B4", "3.10"), "points_earned 3 97",
       anna=has("earn spend +3", points=97, lifetime=197, next="free_drink 3")),
    on("2026-03-14 22:31", ticks(), "near_reward audience=1 queued=1 suppressed=0"),
    on("2026-03-15 08:59", ticks()),
    on("2026-03-15 09:00", ticks(), "anna: Only 3 points to go, Anna, and it is yours: Any drink."),
]  # fmt: skip

THIRD_WEEK = [
    on("2026-03-16 10:00", says("anna", "gift 20 to BENCE"), "Give 20 points to BENCE? Answer yes or no.", anna=has()),
    # The oldest points go first: of the birthday's 50, the drink has left 4.
    on("2026-03-16 10:01", says("anna", "yes"), "Done: 20 points given to BENCE. You have 77 points.",
       anna=has("gift_out gift -20", points=77, next="free_drink 23"),
       bence=has("gift_in gift +4", "gift_in gift +16", points=20, next="free_drink 80")),
    on("2026-03-16 10:02", ticks(),
       "bence: Bean & Leaf: Anna ennyit ajándékozott neked: 20 pont. Most ennyid van: 20 pont."),
    # Of 60.00, 20.50 goes back: 39.50 make 39, which is 21 less.
    on("2026-03-17 09:00", refunds("anna", "B2", "20.50"), "points_clawed_back 21 0 56",
       anna=has("refund spend -21", points=56, lifetime=176, next="free_drink 44")),
    # 45 + 56 = 101; a drink leaves 1, and then the 45 are to go: 1 is there, 44 were drunk.
    on("2026-03-18 09:00", buys("anna", "C1", "45.99"), "points_earned 45 101", "challenge_progress three_visits 1 3",
       anna=has("earn spend +45", points=101, lifetime=221, next=None)),
    on("2026-03-18 09:05", redeems("anna", "free_drink"), "V3, 1 left",
       anna=has("redeem free_drink -100", points=1, next="free_drink 99", vouchers=("free_drink", "free_drink"))),
    on("2026-03-18 09:10", redeems("anna", "free_drink"), "409 99 points short of 100; nothing was changed"),
    on("2026-03-19 09:00", refunds("anna", "C1"), "points_clawed_back 1 44 0",
       anna=has("refund spend -1", points=0, lifetime=176, next="free_drink 100")),
    on("2026-03-19 09:01", refunds("anna", "C1"), '409 nothing is left of "C1" to take back', anna=has()),
    # Two coffees of 4.10, one of which was cold. The purchase that was refunded is no day of this week.
    on("2026-03-20 08:00", buys("anna", "C2", "8.20", ("coffee", 2, "8.20")),
       "points_earned 8 8", "stamps_added coffee 2 3 10", "challenge_progress three_visits 1 3",
       anna=has("earn spend +8", points=8, lifetime=184, next="free_drink 92", coffee=3)),
    on("2026-03-20 08:30", refunds("anna", "C2", None, ("coffee", 1)),
       "points_clawed_back 4 0 4", "stamps_taken_back coffee 1",
       anna=has("refund spend -4", points=4, lifetime=180, next="free_drink 96", coffee=2)),
    # Ten coffees at once for Bence's office: a drink, which goes again with the one coffee that goes back.
    on("2026-03-21 11:00", buys("bence", "C3", "36.00", ("coffee", 10, "36.00")),
       "points_earned 36 56", "stamps_added coffee 10 0 10", "stamp_card_completed coffee free_drink V4",
       "challenge_progress three_visits 1 3",
       bence=has("earn spend +36", points=56, lifetime=36, next="free_drink 44", vouchers=("free_drink",))),
    on("2026-03-21 11:20", refunds("bence", "C3", None, ("coffee", 1)),
       "points_clawed_back 4 0 52", "stamps_taken_back coffee 1", "voucher_voided free_drink V4",
       bence=has("refund spend -4", points=52, lifetime=32, next="free_drink 48", coffee=9, vouchers=())),
    on("2026-03-21 11:21", ticks(), "near_reward audience=1 queued=1 suppressed=0",
       "bence: Már csak 1 pecsét hiányzik, Bence, és a tiéd: Bármelyik ital."),
]  # fmt: skip

# The clocks go forward in the night to Sunday, 29 March: 02:00 is 03:00.
LAST_WEEK = [
    on("2026-03-27 08:00", buys("anna", "D1", "10.00"), "points_earned 10 14", "challenge_progress three_visits 1 3",
       anna=has("earn spend +10", points=14, lifetime=190, next="free_drink 86")),
    on("2026-03-28 23:30", buys("anna", "D2", "5.00"), "points_earned 5 19", "challenge_progress three_visits 2 3",
       anna=has("earn spend +5", points=19, lifetime=195, next="free_drink 81")),
    on("2026-03-29 01:59", buys("anna", "D3", "2.00"),
       "points_earned 2 21", "challenge_progress three_visits 3 3", "challenge_completed three_visits",
       anna=has("earn spend +2", points=21, lifetime=197, next="free_drink 79")),
    on("2026-03-29 03:00", buys("anna", "D4", "2.00"), "points_earned 2 23",
       anna=has("earn spend +2", points=23, lifetime=199, next="free_drink 77")),
    on("2026-03-29 23:59", buys("anna", "D5", "2.00"), "points_earned 2 25",
       anna=has("earn spend +2", points=25, lifetime=201, next="free_drink 75")),
    # A new week, though in Greenwich it is Sunday, and was winter time two days ago.
    on("2026-03-30 00:10", buys("anna", "D6", "2.00"), "points_earned 2 27", "challenge_progress three_visits 1 3",
       anna=has("earn spend +2", points=27, lifetime=203, next="free_drink 73")),
    on("2026-03-31 12:00", says("anna", "balance"), "You have 27 points.",
       "73 points to go to the next reward: Any drink.", "Coffee card: 2 of 10, 8 stamps to go."),
    on("2026-03-31 12:01", says("anna", "badges"), "You have: Regular (March 5, 2026)"),
    on("2026-03-31 12:02", says("bence", "egyenleg"), "Egyenleged: 52 pont.", "▰▰▰▰▰▱▱▱▱▱",
       "Már csak 48 pont hiányzik a következő jutalomig: Bármelyik ital.", "Kávékártya: 9/10, még 1 pecsét kell."),
    on("2026-03-31 12:03", says("bence", "kihívások"),
       "Három látogatás egy héten: ezen a héten 0/3 nap. A jelvény, amit ér: Törzsvendég"),
    on("2026-03-31 12:03", says("bence", "előzmények"), "2026. március 21.: -4 pont, visszavonva visszatérítés miatt",
       "2026. március 21.: +36 pont, szerzett", "2026. március 16.: +20 pont, ajándék, amit kaptál"),
    on("2026-03-31 12:04", says("anna", "challenges"),
       "Three visits in a week: 1 of 3 days this week. It brings the badge: Regular"),
]  # fmt: skip

# Nobody comes any more: 60 days after 21 March is 20 May, after 30 March 29 May.
SPRING = [
    on("2026-05-20 09:59", ticks()),
    on("2026-05-20 10:00", ticks(), "winback audience=1 queued=1 suppressed=0",
       "bence: Régen láttunk, Bence. 30 pont vár rád itt: Bean & Leaf. Most 82 pont van a számládon.",
       bence=has("bonus campaign:winback +30", points=82, lifetime=62, next="free_drink 18")),
    on("2026-05-28 10:00", ticks()),
    on("2026-05-29 10:00", ticks(), "winback audience=1 queued=1 suppressed=0",
       "anna: We have not seen you for a while, Anna. 30 points are waiting for you at Bean & Leaf. "
       "You now have 57 points.",
       anna=has("bonus campaign:winback +30", points=57, lifetime=233, next="free_drink 43")),
]  # fmt: skip


async def test_a_month_in_a_cafe_adds_up(database_url: str) -> None:
    async with shop(database_url, "cafe", "2026-03-01 10:00", PEOPLE) as cafe:
        await cafe.lives(FIRST_WEEK + SECOND_WEEK + THIRD_WEEK + LAST_WEEK + SPRING)
