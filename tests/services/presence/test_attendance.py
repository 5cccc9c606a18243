"""Attendance against the simplest thing that could be true, for any order of coming and going."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.presence.attendance import Attendance, Said

GRACE = 5
STEPS = st.lists(
    st.tuples(st.sampled_from(["come", "go", "wait", "lose sight"]), st.sampled_from("ab"), st.sampled_from("12"), st.integers(0, 7)),
    max_size=60,
)


@given(STEPS)
def test_everybody_comes_before_they_go_and_stays_while_a_socket_is_there(steps: list[tuple[str, str, str, int]]) -> None:
    here, now = Attendance(GRACE), 0
    sockets: dict[str, set[str]] = {"a": set(), "b": set()}
    last_seen: dict[str, int] = {}
    for step, user, sid, seconds in steps:
        match step:
            case "come":
                assert here.come(user, sid) == (user not in last_seen)
                sockets[user].add(sid)
                last_seen[user] = now
            case "go":
                if sid in sockets[user]:
                    last_seen[user] = now
                here.go(user, sid, now)
                sockets[user].discard(sid)
            case "lose sight":
                for each, theirs in sockets.items():
                    last_seen |= {each: now} if theirs else {}
                    theirs.clear()
                here.lose_sight(now)
            case _:
                now += seconds
        over = {each for each, at in last_seen.items() if not sockets[each] and at + GRACE <= now}
        due = here.next_departure()
        assert (due is not None and due <= now) == bool(over)
        assert set(here.depart(now)) == over
        last_seen = {each: at for each, at in last_seen.items() if each not in over}
        assert {each for each in "ab" if here.online(each)} == set(last_seen)
        assert here.counts().sockets == sum(map(len, sockets.values()))


def test_what_somebody_said_goes_with_them() -> None:
    here = Attendance(GRACE)
    here.come("a", "1")
    here.say("a", Said("busy", "writing"))
    here.go("a", "1", 0)
    assert here.depart(GRACE - 1) == []
    assert here.said("a") == Said("busy", "writing")
    assert here.depart(GRACE) == ["a"]
    assert here.said("a") == Said("online", "")
