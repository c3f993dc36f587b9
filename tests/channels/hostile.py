"""What the tests of hostile input share: what mutants are made of, and what no mutant may do."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from urllib.parse import parse_qsl

import pytest
import structlog

from channels.webchat.says import MAX_TEXT
from tests.channels import telegram_world
from tests.channels.email_world import NOW
from tests.fakes import telegram_updates
from tests.fakes.twilio import ACCOUNT_SID

SAMPLES = Path(__file__).parents[1] / "samples"
SENT = int(NOW.timestamp())
KEPT = 64 * 2**10
"""KiB that a run may leave behind; a hundred bytes for each would be told by ten times as much."""
UPDATES = [
    *(json.loads(path.read_text()) for path in sorted(SAMPLES.glob("telegram-update-*.json"))),
    *(
        {"update_id": n, "message": telegram_updates.message(telegram_world.ANNA, n, SENT, {}, text=text)}
        for n, text in enumerate(("balance", "/redeem 1", "join Anna", "stop", "egyenleg", "积分"))
    ),
    {"update_id": 9, "message": telegram_updates.contact(7, 9, SENT, "+36301234567", 7)},
]
FORMS = [parse_qsl(path.read_text().strip(), True) for path in sorted(SAMPLES.glob("twilio-*.form"))]
FORMS = [[(name, ACCOUNT_SID if name == "AccountSid" else value) for name, value in form] for form in FORMS]
FRAMES = [
    {"say": "balance", "id": "1"},
    {"say": "redeem 1\n2", "id": "a-2"},
    {"visitor": "anna.c2lnbmVk"},
    {"say": "x" * MAX_TEXT, "id": "3" * 64},
]


@pytest.fixture
def quiet() -> Iterator[None]:
    """What is logged of each would be most of what is kept."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@contextmanager
def blamed(mutant: object) -> Iterator[None]:
    """Whatever goes wrong in here is told with what did it."""
    try:
        yield
    except Exception as error:
        raise AssertionError(f"{type(error).__name__} at {mutant!r:.2000}") from error


@contextmanager
def little_is_kept() -> Iterator[None]:
    before = getrusage(RUSAGE_SELF).ru_maxrss
    yield
    assert getrusage(RUSAGE_SELF).ru_maxrss - before < KEPT
