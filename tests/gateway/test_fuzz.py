"""Any bytes on the socket end in one answer or a close: never INTERNAL, never an error in the log, never a change."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bus import protocol
from tests.gateway.scene import scene
from tests.gateway.town import CANARY
from tests.gateway.wires import Client

WORDS = sorted(set(protocol.requests()) - {"auth.logout", "room.join", "room.leave"})
BODIES: list[dict[str, Any]] = [
    {},
    {"room_id": "r_a", "text": "hi", "client_msg_id": "x"},
    {"room_id": "r_a", "limit": -1},
    {"room_id": "r_z", "up_to_seq": 5},
    {"scope": {"kind": "all"}, "q": '"'},
    {"scope": "room", "room_id": "r_a"},
    {"client": {"name": "a", "ver": "b", "platform": "c"}, "caps": ["batch"]},
    {"invite_token": CANARY, "profile": {"handle": "ann", "display_name": "A"}},
    {"session_token": CANARY, "link_token": CANARY},
]
ODD: list[Any] = [
    None, True, -1, 0, 1.5, 2**53, -(2**63), 10**40, "", "\0", "\ud800", "\u202e", "x" * 9000, "🎲" * 2001, [], {}, [[[]]], {"a": {}},
    "__proto__", "r_a", "' or 1=1 --", '"', "*", "../..", CANARY,
]  # fmt: skip


def frames() -> st.SearchStrategy[dict[str, Any]]:
    """Frames that are right in most of their parts."""
    return st.fixed_dictionaries(
        {
            "v": st.sampled_from([1, 1, 1, 1, 2, "1", None]),
            "t": st.sampled_from([*WORDS, "nope", 5, None]),
            "id": st.sampled_from(["a", "a", "a", "", "x" * 129, 7, "\ud800"]),
            "ts": st.sampled_from([1, 1, 1, -1, 10**30, "now"]),
            "body": st.sampled_from(BODIES).flatmap(bent),
        },
        optional={"trace": st.sampled_from(["tr", "a b", 5]), "more": st.sampled_from(ODD)},
    )


def bent(body: dict[str, Any]) -> st.SearchStrategy[Any]:
    """The body, or the body with one field that is something else."""
    keys = st.sampled_from([*body, "more", "limit"])
    return st.one_of(st.just(body), st.sampled_from(ODD), st.tuples(keys, st.sampled_from(ODD)).map(lambda odd: {**body, odd[0]: odd[1]}))


def spoilt(text: str, seed: int) -> str:
    """One wound at a place: a character turned, cut out, doubled, or the rest gone."""
    chance = random.Random(seed)
    place = chance.randrange(len(text))
    wounds: list[Callable[[], str]] = [
        lambda: text[:place] + chr(ord(text[place]) ^ 1 << chance.randrange(7)) + text[place + 1 :],
        lambda: text[:place] + text[place + 1 :],
        lambda: text[:place] + text[place:] * 2,
        lambda: text[:place],
        lambda: text[:place] + "[" * 5000 + text[place:],
        lambda: text[:place] + chr(chance.choice([0, 0xD800, 0x202E, 0x1F3B2])) + text[place:],
    ]
    return chance.choice(wounds)()


TEXTS = st.one_of(
    st.text(max_size=200),
    st.binary(max_size=200).map(lambda data: data.decode("latin-1")),
    frames().map(json.dumps),
    st.tuples(frames().map(json.dumps), st.integers(0, 1 << 30)).map(lambda parts: spoilt(*parts)),
)


async def throw(texts: list[str]) -> None:
    async with scene() as here:
        client = await here.member("ann")
        before = len(answers(client))
        for count, text in enumerate(texts, before + 1):
            client.wire.write(text)
            await client.wire.until(lambda: len(answers(client)) >= count)  # noqa: B023 - asked before the loop goes on
            check(answers(client)[-1], text)
        assert (await client.say("ping"))["t"] == "pong"
        assert len(answers(client)) == before + len(texts) + 1, "one answer each"
        assert here.town.rooms == {"u_ann": ["r_a"]}
        assert (client.connection.ending, client.connection.context.user_id) == (False, "u_ann")


def check(answer: dict[str, Any], text: str) -> None:
    assert answer["body"].get("code") != "INTERNAL", text
    if not answer["ok"]:
        assert CANARY not in json.dumps(answer), text
        json.dumps(answer, ensure_ascii=False).encode()


def answers(client: Client) -> list[dict[str, Any]]:
    return [frame for frame in client.wire.frames if "reply_to" in frame]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@settings(max_examples=100, deadline=None)
@given(texts=st.lists(TEXTS, min_size=10, max_size=20))
def test_any_text_gets_exactly_one_answer_and_changes_nothing(backend: str, texts: list[str]) -> None:
    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record)

    heard: list[logging.LogRecord] = []
    ear = Ear(logging.WARNING)
    logging.getLogger().addHandler(ear)
    try:
        anyio.run(throw, texts, backend=backend)
    finally:
        logging.getLogger().removeHandler(ear)
    assert heard == []


@pytest.mark.parametrize("depth", [1, 10, 100, 500, 1000, 5000, 40_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_a_bad_request_wherever_it_stands(depth: int, opening: str) -> None:
    deep = opening * depth
    texts = [
        deep,
        '{"v":1,"t":"ping","id":"a","ts":1,"body":' + deep,
        '{"x":' + deep,
        '{"v":1,"t":"ping","id":"a","ts":1,"body":{"x":' + deep,
    ]
    anyio.run(throw, texts)
