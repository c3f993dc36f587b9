"""What each kind of picture shows. JSON-ready; every text is already in the reader's language.

Only the keys without ``NotRequired`` must be there. An empty text and a key that is not there are the same.
"""

from typing import NotRequired, TypedDict


class Look(TypedDict):
    """What every picture has: whose it is, and in which language its texts are."""

    language: str
    """BCP 47 tag; decides between the Simplified and the Traditional forms of Chinese characters."""
    programme: str
    colour: NotRequired[str]
    """The programme's own colour, ``#rrggbb``; our own green where there is none, as in chats and mails."""


class Progress(TypedDict):
    """How far it is to something: ``have`` of ``need``, and the words below the bar."""

    have: int
    need: int
    text: NotRequired[str]


class StampCard(TypedDict):
    """A stamp card: ``text`` says what a full one brings or what is missing."""

    name: str
    have: int
    need: int
    text: NotRequired[str]


class Badge(TypedDict):
    """A badge, earned or open; an open one that counts something says how far it is."""

    name: str
    earned: bool
    have: NotRequired[int]
    need: NotRequired[int]
    text: NotRequired[str]
    """When it was earned, or what is missing."""


class CardData(Look):
    """``card``: the member card, whose QR code is what a till scans."""

    code: str
    """What the QR code holds."""
    name: NotRequired[str]
    number: NotRequired[str]
    """What a person reads out in place of the QR code."""
    points: NotRequired[str]
    tier: NotRequired[str]
    progress: NotRequired[Progress]
    """To the next reward."""
    stamp_cards: NotRequired[list[StampCard]]
    badges: NotRequired[list[Badge]]


class StampsData(Look):
    """``stamps``: one stamp card, large."""

    card: StampCard


class BadgeData(Look):
    """``badge``: one badge, large."""

    badge: Badge


class BadgesData(Look):
    """``badges``: all that can be had; what is open is grey."""

    title: NotRequired[str]
    badges: list[Badge]


class VoucherData(Look):
    """``voucher``: what a member shows to get a reward."""

    code: str
    reward: str
    valid: NotRequired[str]
    """Until when, in words."""


class InviteData(Look):
    """``invite``: the member's own link as a QR code, for a friend to scan."""

    link: str
    title: NotRequired[str]
    text: NotRequired[str]
    """What the two of them get."""
    code: NotRequired[str]


class ProgressData(Look):
    """``progress``: the reward a member saves for, and how far it is."""

    title: str
    progress: Progress
    text: NotRequired[str]
    """When it will be reached at this pace."""
