"""The migrations, all applied, make exactly the declared tables; and can be applied again without harm."""

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

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
