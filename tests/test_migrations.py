"""The migrations, all applied, make exactly the declared tables; and can be applied again without harm."""

from collections.abc import Callable

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.database import MIGRATIONS, Database, newest_version, upgrade
from bot.storage.tables import metadata

_PLAIN = str.maketrans("", "", "()")
"""PostgreSQL puts each part of a condition in brackets."""


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


def _index_conditions(connection: Connection) -> dict[str, str]:
    """Which indexes are partial: the comparison above does not look at that."""
    dialect = connection.dialect.name
    return {
        str(index["name"]): str(index["dialect_options"][f"{dialect}_where"]).translate(_PLAIN).replace("::text", "")
        for table in metadata.tables
        for index in inspect(connection).get_indexes(table)
        if index.get("dialect_options", {}).get(f"{dialect}_where") is not None
    }


async def test_the_migrations_make_the_declared_tables(database_url: str) -> None:
    database = Database(database_url)
    async with database.read() as tx:
        assert await tx.run_sync(_differences) == []
        conditions = await tx.run_sync(_index_conditions)
        declared = {
            str(index.name): str(index.dialect_options[tx.dialect.name]["where"])
            for table in metadata.tables.values()
            for index in table.indexes
            if index.dialect_options[tx.dialect.name]["where"] is not None
        }
    await database.close()
    assert conditions == declared


async def test_an_upgrade_of_the_newest_schema_changes_nothing(database_url: str) -> None:
    await upgrade(database_url)
    await test_the_migrations_make_the_declared_tables(database_url)


async def test_an_empty_database_becomes_whole(empty_database_url: str) -> None:
    await upgrade(empty_database_url)
    await test_the_migrations_make_the_declared_tables(empty_database_url)


def test_the_migrations_are_one_line_without_branches() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1


def test_the_newest_migration_is_known_by_its_file_name() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert newest_version() == ScriptDirectory.from_config(config).get_current_head()


async def test_what_was_spent_before_payments_were_noted_was_paid_by_the_oldest_lots(empty_database_url: str) -> None:
    await _at_first(empty_database_url)
    await upgrade(empty_database_url)
    database = Database(empty_database_url)
    async with database.read() as tx:
        paid = (await tx.execute(text("SELECT entry_id, lot_id, points FROM payments ORDER BY 1, 2"))).all()
    await database.close()
    assert [tuple(row) for row in paid] == [(3, 1, 50), (5, 1, 10), (5, 2, 20), (5, 4, 5), (12, 11, 7)]


async def _at_first(url: str) -> None:
    """The first schema, in which member 1 earned 60, 20 and 30 and spent 50 and 35, and member 2 spent 7 of 9."""
    lines = [
        (1, 1, 60, 0),
        (2, 1, 20, 0),
        (3, 1, -50, 0),
        (4, 1, 30, 25),
        (5, 1, -35, 0),
        (11, 2, 9, 2),
        (12, 2, -7, 0),
    ]

    def fill(connection: Connection) -> None:
        for number, member, points, left in lines:
            values = {"id": number, "member": member, "points": points, "left": left}
            connection.execute(text("INSERT INTO entries VALUES (:id, :member, 'k', :points, '', NULL, 0)"), values)
            if points > 0:
                connection.execute(text("INSERT INTO lots VALUES (:id, :member, :left, NULL)"), values)

    await _at(url, "0001", fill)


MEXICO, ITS_OLD_FORM = "+525512345678", "+5215512345678"


async def test_numbers_in_an_old_form_become_todays_unless_somebody_else_has_that(empty_database_url: str) -> None:
    """Anna and Bence are on WhatsApp under old forms; Bence's today's form is Charlie's."""
    rows = [
        ("whatsapp", ITS_OLD_FORM, 1),
        ("sms", MEXICO, 1),
        ("whatsapp", "+551187654321", 2),
        ("sms", "+5511987654321", 3),
        ("whatsapp", "+541123456789", None),
        ("sms", "+36301234567", None),
        ("telegram", "+5215512345678", None),
    ]

    def fill(connection: Connection) -> None:
        for member in "123":
            columns, values = "id, code, name, locale, timezone, joined_at", f"{member}, '{member}', '', '', '', 0"
            connection.execute(text(f"INSERT INTO members ({columns}) VALUES ({values})"))
        for channel, address, owner in rows:
            connection.execute(
                text("INSERT INTO addresses (channel, address, member_id) VALUES (:channel, :address, :owner)"),
                {"channel": channel, "address": address, "owner": owner},
            )
        connection.execute(
            text(
                "INSERT INTO activities (id, source, external_id, type, member_id, occurred_at, recorded_at, location,"
                " outcomes, guest) VALUES (1, 'till', '1', 'visit', 0, 0, 0, '', '[]', 'phone:+551187654321')"
            )
        )

    await _at(empty_database_url, "0003", fill)
    await upgrade(empty_database_url)
    database = Database(empty_database_url)
    async with database.read() as tx:
        found = (await tx.execute(text("SELECT channel, address, member_id FROM addresses"))).all()
        guest = (await tx.execute(text("SELECT guest FROM activities"))).scalar()
    await database.close()
    moved = {ITS_OLD_FORM: MEXICO, "+541123456789": "+5491123456789"}
    assert {tuple(row) for row in found} == {
        (channel, moved.get(address, address) if channel == "whatsapp" else address, owner)
        for channel, address, owner in rows
    }
    assert guest == "phone:+5511987654321"


async def test_what_was_said_under_an_old_form_is_found_under_todays_and_a_no_holds(empty_database_url: str) -> None:
    """Anna has only the old form; under Bence's, which today's form of is Charlie's, somebody said STOP and no."""
    anna, bence = ("+5215512345678", "+525512345678"), ("+551187654321", "+5511987654321")
    said = {
        "inbound": "provider_id, id, text, at",
        "messages": "id, purpose, text, subject, thread, state, reason, attempts, due_at, created_at",
        "dialogs": "state",
        "staff_messages": "request, message_id, by, at",
        "consents": "id, granted, source, words, at",
    }
    values = {"granted": "TRUE", "state": "'{}'"}

    def fill(connection: Connection) -> None:
        for number in (1, 2):
            row = f"{number}, '{number}', '', '', '', 0"
            connection.execute(
                text(f"INSERT INTO members (id, code, name, locale, timezone, joined_at) VALUES ({row})")
            )
        for address, no, owner in (
            (anna[0], "TRUE, NULL, NULL", 1),
            (bence[0], "FALSE, 7, FALSE", 1),
            (bence[1], "TRUE, NULL, NULL", 2),
        ):
            connection.execute(
                text(
                    "INSERT INTO addresses (channel, address, marketing, stopped_at, notices, member_id)"
                    f" VALUES ('whatsapp', '{address}', {no}, {owner})"
                )
            )
        for table, columns in said.items():
            for id_, address in enumerate((anna[0], bence[0])):
                row = ", ".join(values.get(column, str(id_)) for column in columns.split(", "))
                connection.execute(
                    text(f"INSERT INTO {table} (channel, address, {columns}) VALUES ('whatsapp', '{address}', {row})")
                )

    await _at(empty_database_url, "0003", fill)
    await upgrade(empty_database_url)
    database = Database(empty_database_url)
    async with database.read() as tx:
        found = {table: set((await tx.execute(text(f"SELECT address FROM {table}"))).scalars()) for table in said}
        query = text(
            "SELECT address, marketing, stopped_at, notices, gone_at IS NULL FROM addresses ORDER BY member_id"
        )
        ways = {row[0]: tuple(row[1:]) for row in await tx.execute(query)}
    await database.close()
    assert found == {table: {anna[1], bence[1] if table == "consents" else bence[0]} for table in said}
    assert ways == {
        anna[1]: (True, None, None, True),
        bence[0]: (False, 7, False, False),
        bence[1]: (False, 7, False, True),
    }


async def _at(url: str, version: str, fill: Callable[[Connection], None]) -> None:
    """A database of that version, with what ``fill`` puts there."""
    engine = create_async_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    def build(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        fill(connection)

    async with engine.begin() as tx:
        await tx.run_sync(build)
    await engine.dispose()
