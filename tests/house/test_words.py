"""Every word has one owner in the composed house, and every fact can be read again from what the log would hold of it."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from bus import protocol
from bus.bus import Bus
from bus.inbox import Inbox
from bus.message import Fact, Request
from bus.protocol import hooks, inside
from devchitchat import app
from tests.house.world import CONFIG

GATEWAYS_OWN = {"hello", "ping"}
INSIDE = {
    *("inside.ask_state", "inside.diagnose", "inside.direct_open", "inside.memberships", "inside.open_house"),
    *("inside.retention_sweep", "inside.session_resume", "inside.session_sweep"),
}


async def test_every_request_has_exactly_one_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bus itself refuses a second; what it cannot see is a word that nobody owns."""
    owned: list[str] = []
    own = Bus.own

    def watched(self: Bus, kind: type[Request[Any]], inbox: Inbox) -> None:
        owned.append(kind.t)
        own(self, kind, inbox)

    monkeypatch.setattr(Bus, "own", watched)
    app.House(CONFIG)
    assert sorted(owned) == sorted((set(protocol.requests()) - GATEWAYS_OWN) | INSIDE)


@pytest.mark.parametrize("t", sorted(protocol.facts()))
def test_a_fact_is_read_from_the_log_as_it_was_written(t: str) -> None:
    kind = protocol.facts()[t]
    fact = msgspec.convert(example(kind), kind)
    written = msgspec.json.encode(fact)
    assert msgspec.json.decode(written, type=kind) == fact
    assert msgspec.json.encode(msgspec.json.decode(written, type=kind)) == written
    where, name = fact.scope()
    assert where in {"room", "user", "server"}
    assert isinstance(name, str)


def test_no_name_on_the_wire_is_used_twice() -> None:
    kinds = [protocol.requests(), protocol.replies(), protocol.events()]
    names = [t for found in kinds for t in found]
    assert len(names) == len(set(names))
    hidden = {
        kind.t
        for kind in [*vars(inside).values(), *vars(hooks).values()]
        if isinstance(kind, type) and issubclass(kind, Fact | Request) and kind.t
    }
    assert not hidden & set(names)


def test_whatever_may_hold_a_secret_is_hidden_where_admins_read_the_log() -> None:
    for t, kind in protocol.facts().items():
        names = set(kind.__struct_fields__)
        assert {name for name in names if "token" in name or name in {"text", "note", "sdp", "candidate"}} <= set(kind.hidden), t


EXAMPLES = ("u_a", "r_a", "m_a", "inv_a", "s_a", "call_a", "p_a", "aa")


def example(kind: type[Any], name: str = "") -> Any:
    """Some value of a type, made from its own schema."""
    _, parts = msgspec.json.schema_components([kind])
    return instance(parts[kind.__name__], parts, name)


def instance(rule: dict[str, Any], parts: dict[str, Any], name: str) -> Any:
    if "$ref" in rule:
        return instance(parts[rule["$ref"].rsplit("/")[-1]], parts, name)
    if "anyOf" in rule:
        return instance(rule["anyOf"][0], parts, name)
    if "enum" in rule:
        return rule["enum"][0]
    match rule.get("type"):
        case "object" if "properties" in rule:
            return {field: instance(inner, parts, field) for field, inner in rule["properties"].items()}
        case "object":
            return {"+1": instance(rule["additionalProperties"], parts, name)}
        case "array":
            return [instance(rule["items"], parts, name)]
        case "integer":
            return min(7, int(rule.get("maximum", 7)))
        case "boolean":
            return True
        case "string":
            return next((text for text in EXAMPLES if "pattern" in rule and matches(rule["pattern"], text)), "ab")
        case _:
            return None


def matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None
