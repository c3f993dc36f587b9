"""A salon: a busy month, and what is left of it in the two years after, every number computed by hand.

One point for each whole euro without the tip, half as many again in quiet hours (Monday to Wednesday, 10 to 14); 5%
of products as store credit. Six visits within twelve months make a friend (1.1), fifteen a muse (1.25): the highest
counts.
"""

from tests.journeys.story import (
    Deed,
    Person,
    Step,
    buys,
    calls,
    does,
    expiring,
    has,
    joins,
    on,
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
}
NEW = {
    "points": 0, "pending": 0, "credit": "0.00", "tier": "guest", "lifetime": 0, "to_tier": 6,
    "next": "hair_oil_sample 60", "treatments": 0, "badges": (), "vouchers": (), "ledger": (),
}  # fmt: skip
ANNA = "/api/v1/members/phone:+36301111111"


def pays(path: str, amount: str, id_: str) -> Deed:
    """With store credit, at the counter; what is left of points and credit."""
    told = {"amount": amount, "id": id_, "location": "Counter"}
    return calls("POST", f"{path}/credit/spend", told, "points", "credit")


# Visits: 1 to 5, of the six that make a friend.
FIRST_WEEK = [
    on("2026-03-01 10:00", joins("anna", consent={"sms": True}), anna=NEW),
    # Quiet hours begin: 50.00 - 5.00 = 45, and half as many again are 67.5.
    on("2026-03-02 10:00", buys("anna", "A1", "50.00", ("treatment", 1, "45.00"), tip="5.00"),
       "points_earned 67 67", "stamps_added treatments 1 1 12", "challenge_progress care_routine 1 3",
       "badge_awarded first_cut", "tier_reached guest None",
       anna=has("earn spend +67", points=67, lifetime=67, to_tier=5, next="ten_credit 133", treatments=1,
                badges=("first_cut",))),
    # They are over; 5% of 19.90 are 0.995.
    on("2026-03-02 14:00", buys("anna", "A2", "19.90", ("product", 1, "19.90")),
       "points_earned 19 86", "credit_earned 0.99 0.99",
       anna=has("earn spend +19", "earn products 0.99 EUR", points=86, credit="0.99", lifetime=86, to_tier=4,
                next="ten_credit 114")),
    on("2026-03-04 13:58", quotes("anna", "70.00", ("treatment", 1, "40.00"), ("product", 1, "30.00")),
       "105 1.50 70.00", anna=has()),
    on("2026-03-04 13:59", buys("anna", "A3", "70.00", ("treatment", 1, "40.00"), ("product", 1, "30.00")),
       "points_earned 105 191", "credit_earned 1.50 2.49", "stamps_added treatments 1 2 12",
       "challenge_progress care_routine 2 3",
       anna=has("earn spend +105", "earn products 1.50 EUR", points=191, credit="2.49", lifetime=191, to_tier=3,
                next="ten_credit 9", treatments=2)),
    # A treatment that costs nothing is no stamp, but a third day.
    on("2026-03-05 11:00", buys("anna", "A4", "0.00", ("treatment", 1, "0.00")),
       "challenge_progress care_routine 3 3", "challenge_completed care_routine", "points_earned 50 241",
       "badge_awarded devoted",
       anna=has("earn challenges:care_routine +50", points=241, lifetime=241, to_tier=2, next="mask_trial 59",
                badges=("devoted", "first_cut"))),
    on("2026-03-05 11:05", ticks(), "near_reward audience=1 queued=1 suppressed=0",
       "anna: Only 59 points to go, Anna, and it is yours: A month of our hair club."),
    on("2026-03-05 12:00", says("anna", "redeem ten_credit"),
       "Redeem 10 EUR in store credit for 200 points? Answer yes or no.", anna=has()),
    on("2026-03-05 12:01", says("anna", "yes"), "€10 went into your credit.", "You have 41 points.",
       anna=has("redeem ten_credit -200", "reward ten_credit 10.00 EUR", points=41, credit="12.49",
                next="hair_oil_sample 19")),
    # 12.00 of 60.00 are paid with credit, and earn nothing again.
    on("2026-03-06 15:00", pays(ANNA, "12.00", "c1"), "41", "0.49",
       anna=has("credit_spent credit_spent -12.00 EUR", credit="0.49")),
    on("2026-03-06 15:01", pays(ANNA, "1.00", "c2"), "409 only 0.49 of store credit is there; nothing was changed"),
    on("2026-03-06 15:02", buys("anna", "A5", "60.00", ("treatment", 1, "60.00"), paid_with_credit="12.00"),
       "points_earned 48 89", "stamps_added treatments 1 3 12",
       anna=has("earn spend +48", points=89, lifetime=289, to_tier=1, next="ten_credit 111", treatments=3)),
]  # fmt: skip

THANKS = "anna: Salon Lumière: A friend you invited has made a first purchase. As a thank-you you get €25 of credit."

# Each friend is 25.00 for Anna and 10.00 for them, with their first purchase; a visit alone is none.
FRIENDS = [
    on("2026-03-06 16:00", joins("bence", locale="hu", referred_by="ANNA"), bence=NEW),
    on("2026-03-06 16:01", does("bence", "visit"), "tier_reached guest None", bence=has(to_tier=5), anna=has()),
    on("2026-03-07 11:00", buys("bence", "B1", "30.00", ("treatment", 1, "30.00")),
       "points_earned 30 30", "stamps_added treatments 1 1 12", "challenge_progress care_routine 1 3",
       "badge_awarded first_cut",
       bence=has("earn spend +30", "earn referrals 10.00 EUR", points=30, credit="10.00", lifetime=30, to_tier=4,
                 next="hair_oil_sample 30", treatments=1, badges=("first_cut",)),
       anna=has("earn referrals 25.00 EUR", credit="25.49")),
    on("2026-03-07 11:05", ticks(), THANKS),
    on("2026-03-07 11:30", says("bence", "egyenleg"), "Egyenleged: 30 pont.",
       "Levásárolható egyenleged: 10 EUR", "▰▰▰▰▰▱▱▱▱▱",
       "Már csak 30 pont hiányzik a következő jutalomig: Hajolaj minta.",
       "Vendég. Még 4 látogatás a következő szintig: A ház barátja.", "Kezeléskártya: 1/12, még 11 pecsét kell."),
    # The sixth visit makes her a friend, and earns by what she was: 50 and half as many again.
    on("2026-03-09 10:30", buys("anna", "A6", "50.00", ("treatment", 1, "50.00")),
       "points_earned 75 164", "stamps_added treatments 1 4 12", "tier_reached friend guest",
       anna=has("earn spend +75", points=164, lifetime=364, tier="friend", to_tier=9, next="ten_credit 36",
                treatments=4)),
    # With the visits of 2 March a year later five are left of seven, and two months of grace.
    on("2026-03-09 10:31", calls("GET", ANNA + "/tier", None, "tier.benefits.multiplier", "progress", "until"),
       "1.1", "6", "2027-05-01T22:00:00+00:00"),
    on("2026-03-10 09:00", joins("charlie", referred_by="ANNA"), charlie=NEW),
    on("2026-03-10 09:05", buys("charlie", "C1", "20.00", ("product", 1, "20.00")),
       "points_earned 20 20", "credit_earned 1.00 1.00", "challenge_progress care_routine 1 3",
       "badge_awarded first_cut", "tier_reached guest None",
       charlie=has("earn spend +20", "earn products 1.00 EUR", "earn referrals 10.00 EUR", points=20, credit="11.00",
                   lifetime=20, to_tier=5, next="hair_oil_sample 40", badges=("first_cut",)),
       anna=has("earn referrals 25.00 EUR", credit="50.49")),
    on("2026-03-10 09:10", ticks(), "near_reward audience=1 queued=1 suppressed=0", THANKS,
       "anna: Only 36 points to go, Anna, and it is yours: 10 EUR in store credit."),
    on("2026-03-10 17:00", pays(ANNA, "50.00", "c3"), "164", "0.49",
       anna=has("credit_spent credit_spent -50.00 EUR", credit="0.49")),
    # Charlie gives all back, and so must Anna, who has spent what is more than 0.49.
    on("2026-03-11 09:00", refunds("charlie", "C1"), "points_clawed_back 20 0 0", "credit_clawed_back 1.00 0.00 10.00",
       charlie=has("refund spend -20", "refund products -1.00 EUR", "refund referrals -10.00 EUR", points=0,
                   credit="0.00", lifetime=0, to_tier=6, next="hair_oil_sample 60"),
       anna=has("refund referrals -0.49 EUR", credit="0.00"), bence=has()),
]  # fmt: skip

# Visits 7 to 16.
REST_OF_IT = [
    # 100 x 1.1
    on("2026-03-12 16:00", buys("anna", "A7", "100.00", ("treatment", 1, "100.00")),
       "points_earned 110 274", "stamps_added treatments 1 5 12",
       anna=has("earn spend +110", points=274, lifetime=474, to_tier=8, next="mask_trial 26", treatments=5)),
    # 1.5 is more than 1.1, and they do not add up.
    on("2026-03-17 12:00", buys("anna", "A8", "40.00", ("treatment", 1, "40.00")),
       "points_earned 60 334", "stamps_added treatments 1 6 12",
       anna=has("earn spend +60", points=334, lifetime=534, to_tier=7, next=None, treatments=6)),
    # The day after the clocks went forward it is ten when it is eight in Greenwich. 20 x 1.1, 30 x 1.5
    on("2026-03-30 09:59", buys("anna", "A9", "20.00", ("treatment", 1, "20.00")),
       "points_earned 22 356", "stamps_added treatments 1 7 12",
       anna=has("earn spend +22", points=356, lifetime=556, to_tier=6, treatments=7)),
    on("2026-03-30 10:00", buys("anna", "A10", "30.00", ("treatment", 1, "30.00")),
       "points_earned 45 401", "stamps_added treatments 1 8 12",
       anna=has("earn spend +45", points=401, lifetime=601, to_tier=5, treatments=8)),
    on("2026-04-01 10:00", does("anna", "plan_upgrade"), "points_earned 200 601",
       anna=has("earn plan +200", points=601, lifetime=801)),
    on("2026-04-01 10:01", does("anna", "review", verified=True), "points_earned 500 1101",
       anna=has("earn review +500", points=1101, lifetime=1301)),
    on("2026-04-02 10:00", does("anna", "review", verified=True), anna=has()),
    # Three at once are 11 on the card; two more fill it, and one starts the next. 90 x 1.1, 80 x 1.1
    on("2026-04-08 14:00", buys("anna", "A11", "90.00", ("treatment", 3, "90.00")),
       "points_earned 99 1200", "stamps_added treatments 3 11 12",
       anna=has("earn spend +99", points=1200, lifetime=1400, to_tier=4, treatments=11)),
    on("2026-04-09 14:00", buys("anna", "A12", "80.00", ("treatment", 2, "80.00")),
       "points_earned 88 1288", "stamps_added treatments 2 1 12", "stamp_card_completed treatments free_treatment V1",
       anna=has("earn spend +88", points=1288, lifetime=1488, to_tier=3, treatments=1, vouchers=("free_treatment",))),
    on("2026-04-10 09:00", calls("POST", "/api/v1/vouchers/V1/use", {"location": "Chair 2", "by": "Dora"},
                                 "reward", "used_where", "used_by"), "free_treatment", "Chair 2", "Dora",
       anna=has(vouchers=())),
    on("2026-04-10 09:05", does("anna", "visit"), anna=has(to_tier=2)),
    on("2026-04-11 09:00", redeems("anna", "product_party"),
       "409 this reward is for members of another tier: muse; nothing was changed"),
    on("2026-04-11 09:05", does("anna", "visit"), anna=has(to_tier=1)),
    on("2026-04-12 09:05", does("anna", "visit"), "tier_reached muse friend", anna=has(tier="muse", to_tier=None)),
    on("2026-04-12 09:06", redeems("anna", "product_party"), "V2, 1288 left", anna=has(vouchers=("product_party",))),
    on("2026-04-13 10:00", redeems("anna", "mask_trial"), "V3, 988 left",
       anna=has("redeem mask_trial -300", points=988, vouchers=("mask_trial", "product_party"))),
    # 60.00 - 10.00 = 50, x 1.25 = 62.5
    on("2026-04-16 15:00", buys("anna", "A13", "60.00", ("product", 2, "50.00"), tip="10.00"),
       "points_earned 62 1050", "credit_earned 2.50 2.50",
       anna=has("earn spend +62", "earn products 2.50 EUR", points=1050, credit="2.50", lifetime=1550)),
]  # fmt: skip

# The 200 and the 300 were paid by what was earned first: up to 12 March and 26 of the 60 of the 17th. That leaves
# 34 + 67 + 700 + 99 + 88 + 62 = 1050, each good for 18 months.
YEARS_AFTER = [
    on("2026-05-10 10:00", ticks(),
       "anna: Salon Lumière: A month of our hair club ends on May 13, 2026. Your code: V3"),
    on("2026-05-31 10:00", ticks(), "winback audience=1 queued=1 suppressed=0",
       "anna: We have not seen you for a while, Anna. 50 points are waiting for you at Salon Lumière. "
       "You now have 1,100 points.",
       anna=has("bonus campaign:winback +50", points=1100, lifetime=1600, vouchers=("product_party",))),
    # On 2 March 2027 there are 14 visits left of 16, on 8 April 5; a tier is kept for two months more.
    on("2027-05-01 23:59", ticks(), anna=has()),
    on("2027-05-02 00:00", ticks(), anna=has(tier="friend", to_tier=15)),
    on("2027-06-07 23:59", ticks(), anna=has()),
    on("2027-06-08 00:00", ticks(), anna=has(tier="guest", to_tier=6)),
    on("2027-08-08 10:00", ticks(), "expiring audience=1 queued=1 suppressed=0",
       "bence: Az utolsó nap 2027. szeptember 7., Bence: utána lejár 30 pont (Salon Lumière). "
       "Most 30 pont van a számládon.", bence=has(to_tier=6)),
    on("2027-08-17 10:00", ticks()),
    on("2027-08-18 10:00", ticks(), "expiring audience=1 queued=1 suppressed=0",
       "anna: 1,050 points of yours at Salon Lumière end after September 17, 2027, Anna. You now have 1,100 points."),
    on("2027-09-17 23:59", expiring("anna"), "34 2027-09-18 00:00", "67 2027-10-01 00:00", "700 2027-10-02 00:00",
       "99 2027-10-09 00:00", "88 2027-10-10 00:00", "62 2027-10-17 00:00", "50 2027-12-01 00:00", anna=has()),
    on("2027-09-18 00:00", ticks(), anna=has("expire -34", points=1066)),
    on("2027-10-20 00:00", ticks(), anna=has("expire -67", "expire -700", "expire -99", "expire -88", "expire -62",
                                             points=50, next="hair_oil_sample 10")),
    on("2027-12-01 00:00", ticks(), anna=has("expire -50", points=0, next="hair_oil_sample 60"),
       bence=has("expire -30", points=0, next="hair_oil_sample 60")),
    # A card that nobody stamps for two years is empty. Store credit stays.
    on("2028-03-06 23:59", ticks(), bence=has()),
    on("2028-03-07 00:00", ticks(), bence=has(treatments=0)),
    on("2028-04-08 23:59", ticks(), anna=has()),
    on("2028-04-09 00:00", ticks(), anna=has(treatments=0)),
]  # fmt: skip

STORY: list[Step] = FIRST_WEEK + FRIENDS + REST_OF_IT + YEARS_AFTER


async def test_a_month_in_a_salon_and_its_end_add_up(database_url: str) -> None:
    async with shop(database_url, "salon", "2026-03-01 09:00", PEOPLE) as salon:
        await salon.lives(STORY)
