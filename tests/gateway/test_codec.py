"""Frames: what is decoded, what is said of bad ones, and what a client is sent."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from bus import protocol
from bus.protocol.auth import AuthLinkRedeem, AuthSession
from bus.protocol.messages import MsgList, MsgListResult, MsgSend, MsgTypingEvent
from bus.protocol.session import Ping
from bus.protocol.terms import User
from bus.secret import Secret
from gateway import codec
from gateway.codec import Fault

SECRET = "CANARY-token"


def text(t: str = "ping", body: Any = None, **envelope: Any) -> str:
    return json.dumps({"v": 1, "t": t, "id": "a", "ts": 1, "body": {} if body is None else body} | envelope)


def fault(data: str) -> Fault:
    with pytest.raises(Fault) as caught:
        codec.decode(data)
    return caught.value


def test_a_frame_becomes_the_word_it_names() -> None:
    asked = codec.decode(text("msg.send", {"room_id": "r_a", "text": "hi"}, trace="tr-1"))
    assert (asked.id, asked.ts, asked.trace, asked.body) == ("a", 1, "tr-1", MsgSend("r_a", "hi"))


def test_every_request_of_the_protocol_can_be_asked_and_no_inside_word() -> None:
    for t in protocol.requests():
        assert fault(text(t, [])).details["path"] == "$.body", t
    assert fault(text("inside.session_resume", {"token": "x"})).details["path"] == "$.t"


def test_unknown_fields_are_ignored_but_not_where_tokens_are() -> None:
    assert codec.decode(text("ping", {"more": 1}, extra=[])).body == Ping()
    assert fault(text("auth.link_redeem", {"link_token": "x", SECRET: 1})).details["path"] == "$.body"


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ("", "$"),
        ("nul", "$"),
        ("[]", "$"),
        ("{}", "$"),
        ('"\\ud800"', "$"),
        (text("nope"), "$.t"),
        (text(t=5), "$.t"),  # type: ignore[arg-type]
        (text(id=""), "$.id"),
        (text(id="x" * 129), "$.id"),
        (text(id=7), "$.id"),
        (text(ts=-1), "$.ts"),
        (text(ts=2**53), "$.ts"),
        (text(ts=1.5), "$.ts"),
        (text(trace="a b"), "$.trace"),
        (text(trace="a\n"), "$.trace"),
        (text(trace="x" * 65), "$.trace"),
        (text("ping", body=[]).replace("[]", "null"), "$.body"),
        (text("msg.send", {"room_id": "r_a", "text": {}}), "$.body.text"),
        (text("msg.send", {"room_id": SECRET, "text": "x"}), "$.body.room_id"),
        (text("msg.send", {"room_id": "r_a", "text": "\0"}), "$.body"),
        (text("msg.send", {"room_id": "r_a", "text": "🎲" * 2001}), "$.body"),
        (text("msg.list", {"room_id": "r_a", "limit": 10**400}), "$.body.limit"),
        (text("presence.set", {"status": SECRET}), "$.body.status"),
        (text("auth.link_redeem", {"link_token": [SECRET]}), "$.body.link_token"),
        (text("auth.link_redeem", {"link_token": SECRET * 99}), "$.body.link_token"),
        ('{"v":1,"t":"ping","id":"a","ts":1,"body":' + "[" * 100_000, "$.body"),
        ('{"v":1,"x":' + "[" * 100_000, "$"),
        (text("msg.list", {"room_id": "r_a", "limit": 5, "x": "\udc80"}).replace("\\udc80", "\udc80"), "$"),
    ],
)
def test_a_bad_frame_is_told_where_and_never_what(data: str, path: str) -> None:
    found = fault(data)
    assert (found.code, found.details) == ("BAD_REQUEST", {"path": path})
    assert str(found)
    assert SECRET not in str(found)


def test_a_text_over_its_bytes_is_told_its_size() -> None:
    assert str(fault(text("msg.send", {"room_id": "r_a", "text": "é" * 4001}))) == "text has 8002 bytes; 8000 are allowed"


@pytest.mark.parametrize("version", [0, 2, -1, "1", 1.0, True, None, [1], {}, 10**30])
def test_another_version_is_unsupported_whatever_else_is_in_it(version: Any) -> None:
    found = fault(text("unheard.of", v=version, id="mine"))
    assert (found.code, found.id) == ("UNSUPPORTED_VERSION", "mine")


def test_no_version_is_a_bad_request() -> None:
    assert fault('{"t":"ping","id":"a","ts":1,"body":{}}').code == "BAD_REQUEST"


def test_an_error_answers_the_id_and_trace_of_a_frame_that_is_bad_elsewhere() -> None:
    found = fault(text("nope", trace="tr"))
    assert (found.id, found.trace) == ("a", "tr")
    assert (fault(text("nope", id=5, trace="no good")).id, fault(text("nope", trace="no good")).trace) == (None, None)


def test_limits_of_lists_are_left_for_the_services_to_clamp() -> None:
    assert codec.decode(text("msg.list", {"room_id": "r_a", "limit": -1})).body == MsgList("r_a", limit=-1)


def test_a_reply_has_every_field_of_the_envelope_and_shows_the_token_to_its_owner() -> None:
    user = User(user_id="u_a", handle="aa", display_name="Ä")
    sent = codec.reply(AuthSession(Secret(SECRET), user), to="q1", sid="c_1", trace="tr", now=5)
    frame = json.loads(sent.text)
    assert frame.pop("id")
    assert frame == {
        "v": 1, "t": "auth.session", "ts": 5, "ok": True, "reply_to": "q1", "server_ts": 5, "sid": "c_1", "trace": "tr",
        "body": {"session_token": SECRET, "user": {"user_id": "u_a", "handle": "aa", "display_name": "Ä", "roles": [], "bot": False}},
    }  # fmt: skip
    assert sent.size == len(sent.text.encode())


def test_an_event_says_nothing_of_who_receives_it() -> None:
    frame = json.loads(codec.event(MsgTypingEvent("r_a", "u_a"), trace="tr", now=5).text)
    assert set(frame) == {"v", "t", "id", "ts", "ok", "server_ts", "trace", "body"}


def test_every_frame_has_its_own_id() -> None:
    ids = {json.loads(codec.event(MsgTypingEvent("r_a", "u_a"), trace="", now=1).text)["id"] for _ in range(100)}
    assert len(ids) == 100


def test_an_error_is_not_ok_and_carries_details_only_where_there_are_some() -> None:
    bare = json.loads(codec.error("NOT_FOUND", "no", {}, to="q", sid="c", trace=None, now=1).text)
    full = json.loads(codec.error("RATE_LIMITED", "no", {"retry_after_ms": 3}, to=None, sid="c", trace="t", now=1).text)
    assert (bare["t"], bare["ok"], bare["body"]) == ("error", False, {"code": "NOT_FOUND", "message": "no"})
    assert (full["reply_to"], full["body"]["details"]) == (None, {"retry_after_ms": 3})


def test_a_secret_in_a_word_does_not_print() -> None:
    asked = codec.decode(text("auth.link_redeem", {"link_token": SECRET}))
    assert asked.body == AuthLinkRedeem(Secret(SECRET))
    assert SECRET not in repr(asked)


def test_a_reply_that_goes_to_many_is_encoded_once_and_each_frame_is_its_askers_own() -> None:
    page = MsgListResult("r_a", [], 7, 7, False)
    same = MsgListResult("r_a", [], 7, 7, False)
    frames = [json.loads(codec.reply(body, to=to, sid=to, trace=to, now=1).text) for body, to in ((page, "a"), (page, "b"), (same, "c"))]
    assert [(frame["reply_to"], frame["sid"]) for frame in frames] == [("a", "a"), ("b", "b"), ("c", "c")]
    assert frames[0]["body"] == frames[1]["body"] == frames[2]["body"] == json.loads(msgspec.json.encode(page))
    assert codec._shared(page) is codec._shared(page)  # pyright: ignore[reportPrivateUsage]


def test_what_went_round_long_ago_is_not_held() -> None:
    pages = [MsgListResult("r_a", [], seq, seq, False) for seq in range(codec.IN_THE_ROUND + 1)]
    first = codec._shared(pages[0])  # pyright: ignore[reportPrivateUsage]
    for page in pages:
        codec.reply(page, to="a", sid="a", trace="a", now=1)
    assert codec._shared(pages[0]) is not first  # pyright: ignore[reportPrivateUsage]
