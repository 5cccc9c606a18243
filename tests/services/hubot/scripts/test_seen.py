"""The script `seen`."""

from __future__ import annotations

from tests.services.hubot.scripts.bundled import room_with


def test_it_says_when_somebody_was_heard_here_and_never_what_they_said() -> None:
    with room_with("seen") as room:
        room.says("bob", "the treasure is under the tree")
        room.passes(7200)
        assert room.says("ada", "hubot seen @Bob") == ["I last heard bob here 2 h ago."]
        assert room.says("ada", "hubot when did you last see bob?") == ["I last heard bob here 2 h ago."]
        assert "treasure" not in str(room.brain) + str(room.said)


def test_what_was_heard_in_another_room_is_not_told_and_strangers_are_like_those_who_were_silent() -> None:
    with room_with("seen", brain={"seen:r_other:u_bob": 1}) as room:
        assert room.says("ada", "hubot seen bob") == ["I have not heard bob here."]
        assert room.says("ada", "hubot seen carol") == ["I have not heard carol here."]


def test_it_listens_without_taking_words_from_those_who_want_what_nobody_wanted() -> None:
    with room_with("seen", "ping") as room:
        room.says("bob", "hello")
        room.passes(5)
        room.says("bob", "hello again")
        assert room.brain == {"seen:r_room:u_bob": round(room.now) - 5}  # Not written at each word.
        assert room.enters("ada") == [] and "seen:r_room:u_ada" not in room.brain
