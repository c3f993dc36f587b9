"""The documents are whole and true: all there is stands in them, and what stands in them is there and works."""

import dataclasses
import json
import re
from collections.abc import AsyncIterator, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, get_args

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import BaseModel
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from bot.actions import keys
from bot.app import Service
from bot.cli import app
from bot.errors import SendError
from bot.loyalty.badges import Badge
from bot.loyalty.challenges import Challenge
from bot.loyalty.document import Document
from bot.loyalty.stamps import StampCard
from bot.messages import Inbound, Outbound
from bot.web import server
from campaigns.campaign import KINDS, Campaign, Planned
from campaigns.document import check
from config.settings import PREFIX, Settings
from tests import cast
from tests.channels.contract import PROMISES, Contract
from tests.channels.noticeboard import BoardSettings
from tests.web.api import Api

ROOT = Path(__file__).parent.parent
PAGES = {path.name: path.read_text("utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
ALL = "\n".join(PAGES.values())
EVERY_CHANNEL = {
    "telegram_token": "123456:ABC-DEF",
    "twilio_account_sid": "AC0",
    "twilio_auth_token": "hush",
    "twilio_from": "+36201234567",
    "smtp_url": "smtp://localhost",
    "email_from": "Bean & Leaf <hi@example.com>",
    "secret_key": "sixteen letters or more",
}
MADE = ("id", "code", "voucher", "next", "member")
"""What an answer holds that is another one each time, and what later calls name."""


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGES[page], re.DOTALL | re.MULTILINE)


def names(pattern: str, text: str = ALL) -> set[str]:
    return set(re.findall(pattern, text, re.MULTILINE))


# settings


def test_every_setting_is_documented_and_no_other() -> None:
    there = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    assert names(r"\bREGULARS_[A-Z_]+[A-Z]\b", PAGES["settings.md"]) == there
    assert names(r"\bREGULARS_[A-Z_]+[A-Z]\b") <= {f"{PREFIX}{name}".upper() for name in BoardSettings.model_fields}


def test_every_default_is_documented() -> None:
    rows = re.findall(r"^\| (`REGULARS.*?) \| (.*?) \|", PAGES["settings.md"], re.MULTILINE)
    documented = {
        name: default
        for row, told in rows
        for name, default in zip(re.findall(r"REGULARS_(\w+)", row), cycle(told.split(", ")), strict=False)
    }
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    given = {name: f"`{default}`" for name, default in defaults.items() if default is not None}
    assert {name: documented[name] for name in given} == given
    assert not any(documented[name].startswith("`") for name in defaults.keys() - given.keys())


# commands


def commands(group: object, path: str = "regulars") -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(group, TyperGroup):
        for name, command in group.commands.items():
            yield from commands(command, f"{path} {name}")
    elif isinstance(group, TyperCommand):
        yield path, group


COMMANDS = dict(commands(get_command(app)))


def test_every_command_is_documented_with_its_arguments() -> None:
    written = names(r"^\| `(regulars .*?)` \|", PAGES["commands.md"])
    there = {
        " ".join([path, *(p.name.upper() for p in command.params if isinstance(p, TyperArgument) and p.name)])
        for path, command in COMMANDS.items()
    }
    assert written == there


def test_every_option_is_documented_at_its_command() -> None:
    rows = re.findall(r"^\| `(--[\w-]+)` \| `([\w -]+)` \|", PAGES["commands.md"], re.MULTILINE)
    there = {
        (name, path.removeprefix("regulars "))
        for path, command in COMMANDS.items()
        for option in command.params
        if isinstance(option, TyperOption)
        for name in option.opts
    }
    assert set(rows) == there


def test_a_command_named_anywhere_is_there_with_its_options() -> None:
    known = {path: {name for p in command.params for name in p.opts} | {"--help"} for path, command in COMMANDS.items()}
    for line in names(r"(?:\.venv/bin/|`|^|\| )(regulars [a-z][^`|#\n]*)"):
        path = next((path for path in sorted(known, key=len, reverse=True) if f"{line} ".startswith(f"{path} ")), None)
        assert path, line
        assert names(r"(?<!\S)--[\w-]+", line) <= known[path], line


# make


def test_a_make_target_named_anywhere_is_there() -> None:
    targets = set(re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make (\w+)", ALL, re.MULTILINE))
    assert named
    assert named <= targets


# http


def test_every_call_is_documented_and_no_other() -> None:
    service = Service(Settings.model_validate(EVERY_CHANNEL))
    there = {
        (route.method, route.resource.canonical)
        for route in service.application().router.routes()
        if route.resource and route.method != "HEAD"
    }
    assert set(re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`\s]*)`", PAGES["http.md"])) == there
    named = set(re.findall(r"`(?:(?:GET|POST|PUT|PATCH|DELETE) )?(/(?:api|health|metrics|webhooks)[^`\s]*)`", ALL))
    assert named <= {path for _, path in there} | {"/api/"}


def learn(told: Any, real: Any, known: dict[str, str]) -> None:
    """What stands for what: the document's ids and codes, and those that were made now."""
    if isinstance(told, dict) and isinstance(real, dict):
        for name in told.keys() & real.keys():
            if name in MADE and isinstance(told[name], str):
                known[told[name]] = str(real[name])
            learn(told[name], real[name], known)
    elif isinstance(told, list) and isinstance(real, list):
        for one, other in zip(told, real, strict=False):
            learn(one, other, known)


def values(text: str) -> list[Any]:
    """The JSON values that stand one after the other."""
    found, decoder, rest = [], json.JSONDecoder(), text.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append(value)
        rest = rest[end:].lstrip()
    return found


def as_made(text: str, known: dict[str, str]) -> str:
    for told, real in known.items():
        text = text.replace(told, real)
    return text


@pytest.fixture
async def api(sqlite_url: str) -> AsyncIterator[Api]:
    async with cast.core(sqlite_url) as core, TestClient(TestServer(server.build(core))) as client:
        yield Api(client, await keys.create_key(core, "test", "staff"))


async def test_every_example_call_is_answered_as_documented(api: Api) -> None:
    known: dict[str, str] = {}
    for example in blocks("http.md", "http"):
        asked, answered = example.split("\n\n", 1)
        call, _, body = as_made(asked, known).partition("\n")
        status, content = answered.split("\n", 1)
        method, _, path = call.partition(" ")
        answer = await api.call(method, path, raw=body.encode() or None)
        real, told = values(json.dumps(answer.body) if isinstance(answer.body, dict) else answer.body), values(content)
        learn(told, real, known)
        assert (answer.status, real) == (int(status), values(as_made(content, known))), asked


# the programme


def test_the_example_programme_with_its_campaign_is_valid() -> None:
    # A table may stand in any part of a document, so all the examples together are one.
    programme, campaigns = check("".join(blocks("programme.md", "toml")))
    assert [one.kind for one in campaigns] == ["birthday"]
    assert programme.rewards
    assert programme.of(StampCard).values()
    assert programme.of(Challenge).values()
    assert programme.of(Badge)


def tables(model: type[BaseModel], above: tuple[type[BaseModel], ...] = ()) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel) and part not in (model, *above):
                yield from tables(part, (model, *above))


def test_every_key_of_a_programme_is_documented() -> None:
    kinds = get_args(Campaign)
    there = {
        field.alias or name
        for model in (Document, *kinds)
        for table in tables(model)
        for name, field in table.model_fields.items()
    }
    assert {key for key in there if not re.search(rf"\b{key}\b", PAGES["programme.md"])} == set()


def test_every_kind_of_campaign_is_documented_with_its_settings() -> None:
    page = PAGES["programme.md"].partition("## Campaigns")[2]
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| (.*?) \|$", page, re.MULTILINE))
    assert set(rows) == set(KINDS)
    for model in get_args(Campaign):
        [kind] = get_args(model.model_fields["kind"].annotation)
        assert set(re.findall(r"\w+", rows[kind])) == set(model.model_fields) - {"kind"} - set(Planned.model_fields)


# links


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    here = ROOT if page == "README.md" else ROOT / "docs"
    links = [here / target.partition("#")[0] for target in re.findall(r"\]\(([^):]+)\)", PAGES[page])]
    files = [
        path
        for path in re.findall(r"`((?:bot|channels|campaigns|config|tests|storage|actions)/[\w./]*)`", PAGES[page])
        if not (ROOT / path).exists() and not (ROOT / "bot" / path).exists()
    ]
    assert [str(link) for link in links if not link.exists()] == []
    assert files == []


def test_every_heading_that_is_linked_to_is_there() -> None:
    """As they are named on the web: small letters, hyphens for spaces, nothing else but letters."""
    there = {
        f"{page}#" + re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
        for page, text in PAGES.items()
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    linked = {target.removeprefix("docs/") for target in re.findall(r"\]\(([^):#]+#[^)]+)\)", ALL)}
    assert linked <= there


def test_the_mechanic_that_is_walked_through_is_the_one_that_exists() -> None:
    source = (ROOT / "bot/loyalty/stamps.py").read_text("utf-8")
    shown = blocks("adding-a-mechanic.md", "python")
    assert len(shown) == 5
    for piece in shown:
        assert piece.strip("\n") in source
    assert "stamps.MECHANIC," in (ROOT / "bot/loyalty/engine.py").read_text("utf-8")


def test_the_channel_that_is_walked_through_is_the_one_that_keeps_the_contract() -> None:
    folder = ROOT / "tests/channels"
    files = (folder / "noticeboard/__init__.py", folder / "noticeboard/channel.py", folder / "test_noticeboard.py")
    source = "\n".join(file.read_text("utf-8") for file in files)
    shown = blocks("adding-a-channel.md", "python")
    assert len(shown) == 10
    for piece in shown:
        assert piece.strip("\n") in source


def test_what_a_channel_promises_and_is_handed_is_all_told() -> None:
    rows = names(r"^\| (`.*?) \|", PAGES["adding-a-channel.md"])
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    values = {field.name for value in (Inbound, Outbound) for field in dataclasses.fields(value)}
    assert {promise.__name__ for promise in (Contract, *PROMISES)} <= told
    assert {error.__name__ for error in SendError.__subclasses__()} <= told
    assert values - {"purpose", "language"} <= told
