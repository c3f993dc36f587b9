"""What advertising by mail lacks: a part of linting a programme where mail is set up."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.cli.common import settings
from bot.loyalty.linting.findings import Finding, warning

if TYPE_CHECKING:
    from bot.loyalty.programme import Programme
    from campaigns.campaign import Campaign


def without_address(programme: "Programme", campaigns: "Sequence[Campaign]") -> Iterator[Finding]:
    """A warning when offers may leave by mail and no postal address would stand below them."""
    from bot.loyalty.look import Look
    from bot.messages import Purpose

    look = programme.one(Look)
    offers = any(campaign.purpose is Purpose.MARKETING for campaign in campaigns)
    if settings().smtp_url and offers and not (look and look.postal_address):
        yield warning("look.postal_address", "offers leave by mail, and the law of many countries wants it below them")
