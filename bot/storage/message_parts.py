"""A message as its row: buttons, picture and template are kept as JSON."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import RowMapping

from bot.messages import Button, Outbound, Picture, Purpose, Template


def outbound(row: RowMapping) -> Outbound:
    """A row as the message it stands for."""
    return Outbound(
        id=row["id"],
        channel=row["channel"],
        address=row["address"],
        purpose=Purpose(row["purpose"]),
        text=row["text"],
        subject=row["subject"],
        buttons=load_buttons(row["buttons"]),
        thread=row["thread"],
        picture=load_picture(row["picture"]),
        replaces=row["replaces"],
        template=load_template(row["template"]),
        language=row["language"],
    )


def dump_buttons(buttons: Sequence[Button]) -> str | None:
    """``[[label, says], …]``, longer only where a button does more."""
    if not buttons:
        return None
    return orjson.dumps([_button(one) for one in buttons]).decode()


def _button(one: Button) -> list[Any]:
    more = [one.opens, one.shares_phone] if one.opens or one.shares_phone else []
    return [one.label, one.says, *more]


def load_buttons(kept: Sequence[Sequence[Any]] | None) -> tuple[Button, ...]:
    return tuple(Button(*one) for one in kept or ())


def dump_picture(picture: Picture | None) -> str | None:
    return orjson.dumps([picture.kind, picture.data, picture.alt]).decode() if picture else None


def load_picture(kept: Sequence[Any] | None) -> Picture | None:
    return Picture(*kept) if kept else None


def dump_template(template: Template | None) -> str | None:
    return orjson.dumps([template.id, template.variables]).decode() if template else None


def load_template(kept: Sequence[Any] | None) -> Template | None:
    return Template(*kept) if kept else None
