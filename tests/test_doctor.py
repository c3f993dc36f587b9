import re
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.actions.core import Core
from bot.actions.recording.record import record
from bot.actions.redeem import redeem
from bot.doctor import INVARIANTS, examine
from channels.email import dkim
from config.settings import Settings
from tests.cast import ANNA, core, joins, purchase, ref


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, secret_key=SecretStr("sixteen letters or more"))


@pytest.fixture
async def cafe(database_url: str) -> AsyncIterator[Core]:
    async with core(database_url) as cafe:
        await joins(cafe, ANNA)
        await record(cafe, purchase("1", "130.00", coffees=12))
        await redeem(cafe, ref("anna"), "free_drink", "r1")
        yield cafe


async def test_the_record_that_the_dns_must_hold_is_repeated(cafe: Core, settings: Settings) -> None:
    mail = {"smtp_url": SecretStr("smtp://localhost"), "email_from": "hello@shop.test", "dkim_selector": "regulars"}
    key, pem = dkim.new_key("ed25519")
    findings = await examine(settings.model_copy(update={**mail, "dkim_key": SecretStr(pem)}))
    assert any(one.well and str(dkim.record(key, "regulars", "shop.test")) in one.what for one in findings)
    broken = await examine(settings.model_copy(update={**mail, "dkim_key": SecretStr("no key")}))
    assert "REGULARS_DKIM_KEY must be" in broken[-1].what
    assert not broken[-1].well


async def ills(settings: Settings) -> list[str]:
    return [finding.what for finding in await examine(settings) if not finding.well]


async def test_a_healthy_cafe_is_well_in_every_respect(cafe: Core, settings: Settings) -> None:
    findings = await examine(settings)
    assert all(finding.well for finding in findings)
    words = [finding.what for finding in findings]
    assert words[-len(INVARIANTS) :] == list(INVARIANTS)
    assert 'the programme "Bean & Leaf" is valid, with 3 campaigns' in words
    assert "every name in the programme can be drawn in pictures" in words


@pytest.mark.parametrize(
    ("harm", "ill"),
    [
        ("UPDATE standings SET points = points + 1", "every balance equals the sum of its ledger entries"),
        ("DELETE FROM entries WHERE kind = 'redeem'", "every balance equals the sum of its ledger entries"),
        ("UPDATE lots SET remaining = remaining - 1", "every balance equals what is left in its lots"),
        ("DELETE FROM lots", "every balance equals what is left in its lots"),
        ("UPDATE lots SET remaining = 131", "no lot holds more than its entry brought"),
        ("UPDATE lots SET remaining = -1", "no lot holds more than its entry brought"),
        ("UPDATE standings SET credit = 5", "every balance equals the sum of its ledger entries"),
        ("UPDATE standings SET points = -5", "no balance is negative, but by a refund"),
        ("UPDATE lots SET wallet = 'credit'", "no lot holds more than its entry brought"),
        ("UPDATE lots SET remaining = remaining + 1", "every lot holds what its entry brought, less what it paid"),
        ("UPDATE payments SET points = points - 1", "every debit was paid by lots, but a refund's"),
        ("DELETE FROM payments", "every debit was paid by lots, but a refund's"),
        ("UPDATE lots SET expires_at = 1", "no lot paid after it had ended"),
        ("UPDATE lots SET expires_at = 1", "everyone is looked at again before time changes what they have"),
        (
            "INSERT INTO pending (id, member_id, wallet, points, rule, cause_id, due_at, at) "
            "SELECT 1, id, 'points', 5, 'spend', 1, 9, 0 FROM members",
            "everyone is looked at again before time changes what they have",
        ),
        (
            "INSERT INTO pending (id, member_id, wallet, points, rule, cause_id, at) "
            "VALUES (1, 5, 'points', 5, '', 1, 0)",
            "whatever is waited for is somebody's and worth something",
        ),
        ("DELETE FROM vouchers", "every redemption has its ledger entry and its voucher"),
        ("UPDATE entries SET cause_id = 5", "every redemption has its ledger entry and its voucher"),
        ("DELETE FROM standings", "every member has a standing"),
        (
            "INSERT INTO touches (campaign, member_id, slot, run_id, suppressed, points, at) "
            "SELECT 'birthday', id, '2026', 1, '', 50, 0 FROM members",
            "no bonus was given without its ledger entry",
        ),
    ],
)
async def test_every_ill_is_found_and_counted(cafe: Core, settings: Settings, harm: str, ill: str) -> None:
    async with cafe.database.write() as tx:
        await tx.execute(text(harm))
    assert f"{ill}: broken 1 times" in await ills(settings)


async def test_a_programme_gone_wrong_is_told(cafe: Core, settings: Settings) -> None:
    async with cafe.database.write() as tx:
        await tx.execute(text("UPDATE programmes SET document = 'nonsense'"))
    [ill] = await ills(settings)
    assert "not valid TOML" in ill


async def test_a_name_that_no_font_has_is_told_with_what_to_install(cafe: Core, settings: Settings) -> None:
    async with cafe.database.write() as tx:
        await tx.execute(text("UPDATE programmes SET document = REPLACE(document, 'Any drink', 'ყავა')"))
    assert await ills(settings) == ['no font for "ყავა", so its pictures are left out; install fonts-noto-cjk']


async def test_an_empty_database_is_told_with_the_command_to_run(empty_database_url: str) -> None:
    settings = Settings(database_url=empty_database_url, secret_key=SecretStr("sixteen letters or more"))
    [ill] = await ills(settings)
    assert re.search(r"(the database is empty|there is no database .*); run: regulars init$", ill)


async def test_a_key_that_is_missing_is_told(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('new')}/regulars.db"
    [ill] = await ills(Settings(database_url=url))
    assert "there is no secret key" in ill
