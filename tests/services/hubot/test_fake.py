"""The fake room: the real stage, a clock that jumps, and the server's rules for what a script may do."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from time import monotonic

import pytest

from services.hubot.kit.fake import Deed, FakeRoom
from services.hubot.kit.rehearsal import Broken


def script(directory: Path, text: str, name: str = "one") -> Path:
    path = directory / f"{name}.py"
    path.write_text(dedent(text), encoding="utf-8")
    return path


def test_what_is_said_is_answered_at_once_and_in_order(tmp_path: Path) -> None:
    source = """
        def setup(robot):
            robot.respond("ping", lambda res: [res.send("one"), res.reply("two"), robot.message_room("r_other", "elsewhere")])
            robot.enter(lambda res: res.send(f"hello {res.message.user.name}"))
            robot.leave(lambda res: res.send(f"bye {res.message.user.id}"))
            robot.topic(lambda res: res.send(f"so it is {res.message.text}"))
            robot.commands.register("add", lambda res, a, b: res.send(str(a + b)), args={"a": int, "b": int})
        """
    with FakeRoom(script(tmp_path, source)) as room:
        assert room.says("ada", "hubot ping") == ["one", "@ada two"]
        assert room.enters("bob") == ["hello bob"]
        assert room.leaves("bob") == ["bye u_bob"]
        assert room.topic("ada", "tea") == ["so it is tea"]
        assert room.commands("ada", "add", "2 3") == ["5"]
        assert room.said == ["one", "@ada two", "elsewhere", "hello bob", "bye u_bob", "so it is tea", "5"]
        assert room.deeds == [Deed("send", {"room_id": "r_other", "text": "elsewhere"})]
        assert room.errors == room.refused == []


def test_timers_that_have_run_are_forgotten(tmp_path: Path) -> None:
    source = """
        def setup(robot):
            robot.at(robot.now() + 1, robot.brain.keys)
            robot.every(3600, robot.brain.keys)
            robot.respond("remind", lambda res: robot.at(robot.now() + 1, robot.brain.keys))
            robot.respond("never", lambda res: robot.at(robot.now() + 99, robot.brain.keys).cancel())
            robot.respond("count", lambda res: res.send(str(len(robot.timers))))
        """
    with FakeRoom(script(tmp_path, source)) as room:
        for said in ("hubot remind", "hubot remind", "hubot never"):
            room.says("ada", said)
        assert room.says("ada", "hubot count") == ["4"]
        room.passes(1)
        assert room.says("ada", "hubot count") == ["1"]


def test_a_day_goes_by_in_an_instant_and_each_timer_runs_at_its_own_time(tmp_path: Path) -> None:
    source = """
        import anyio
        def setup(robot):
            begun = robot.now()
            def say(what):
                return lambda: robot.message_room("r_room", f"{what} {round(robot.now() - begun)}")
            robot.every(8 * 3600, say("every"))
            robot.at(robot.now() + 10 * 3600, say("at"))
            async def later(res):
                await anyio.sleep(3)
                res.send(f"later {round(robot.now() - begun)}")
            robot.respond("later", later)
        """
    before = monotonic()
    with FakeRoom(script(tmp_path, source)) as room:
        assert room.passes(8 * 3600 - 1) == []
        assert room.passes(1) == ["every 28800"]
        assert room.says("ada", "hubot later") == []
        assert room.passes(86400 - 8 * 3600) == ["later 28803", "at 36000", "every 57600", "every 86400"]
        assert room.passes(400 * 86400)[-1] == f"every {401 * 86400}"
    assert monotonic() - before < 60


def test_what_is_set_for_later_is_due_when_just_so_much_time_has_gone_by(tmp_path: Path) -> None:
    source = """
        def setup(robot):
            robot.hear("in (.*)", lambda res: robot.at(robot.now() + float(res.match[1]), lambda: res.send("due")) and None)
        """
    with FakeRoom(script(tmp_path, source)) as room:
        for seconds in (0.1, 60, 0.3, 3600.7, 86400 * 3.3):
            assert room.says("ada", f"in {seconds}") == []
            assert room.passes(seconds) == ["due"]


def test_an_async_handler_hears_what_came_of_its_wishes(tmp_path: Path) -> None:
    source = """
        from services.hubot.host.response import NotDone
        def setup(robot):
            async def count(res):
                found = await robot.history(res.message.room)
                res.send(str(len(found["messages"])))
            robot.respond("count", count)
            async def kick(res):
                try:
                    await robot.kick(res.message.room, "u_bob", "enough")
                except NotDone as refused:
                    return res.send(str(refused))
                res.send("gone")
            robot.respond("kick", kick)
        """
    path = script(tmp_path, source)
    with FakeRoom(path, can=("post", "moderate", "read_log")) as room:
        room.replies("history", {"messages": [{}, {}], "more": False})
        assert room.says("ada", "hubot count") == ["2"]
        assert room.says("ada", "hubot count") == ["0"]
        room.refuses("kick", "FORBIDDEN: only an owner may")
        assert room.says("ada", "hubot kick") == ["FORBIDDEN: only an owner may"]
        assert room.says("ada", "hubot kick") == ["gone"]
        assert room.deeds[-1] == Deed("kick", {"room_id": "r_room", "user_id": "u_bob", "reason": "enough"})
        assert room.refused == ["kick: FORBIDDEN: only an owner may"]


def test_what_is_not_granted_or_not_well_formed_is_refused_as_the_server_does(tmp_path: Path) -> None:
    source = """
        def setup(robot):
            robot.respond("kick", lambda res: robot.kick(res.message.room, "u_bob"))
            robot.respond("blank", lambda res: res.send("  "))
            robot.respond("much", lambda res: res.send("x" * 8001))
            robot.respond("fly", lambda res: robot.act("fly", {}))
        """
    with FakeRoom(script(tmp_path, source)) as room:
        assert [room.says("ada", f"hubot {word}") for word in ("kick", "blank", "much", "fly")] == [[], [], [], []]
        assert room.said == room.deeds == []
        assert [why.partition(":")[0] for why in room.refused] == ["kick", "send", "send", "fly"]
        assert room.refused[0] == "kick: FORBIDDEN: one is not granted 'moderate'"
        assert "text is blank" in room.refused[1]


def test_speed_is_limited_only_where_a_test_asks_for_it(tmp_path: Path) -> None:
    path = script(tmp_path, "def setup(robot):\n    robot.hear('go', lambda res: [res.send(str(n)) for n in range(30)])\n")
    with FakeRoom(path) as room:
        assert len(room.says("ada", "go")) == 30
    with FakeRoom(path, limited=True) as room:
        assert len(room.says("ada", "go")) == 10
        assert room.refused[0].startswith("send: RATE_LIMITED")
        room.passes(2)
        assert len(room.says("ada", "go")) == 4


def test_the_brain_is_seen_and_may_be_filled_before(tmp_path: Path) -> None:
    source = """
        def setup(robot):
            def add(res):
                robot.brain.set("n", robot.brain.get("n", 0) + 1)
                robot.brain.private.set("last", res.message.user.name)
            robot.hear("add", add)
            robot.respond("who is (.*)", lambda res: res.send(robot.brain.user_for_name(res.match[1]).id))
        """
    with FakeRoom(script(tmp_path, source), brain={"n": 4}, people=["bob"]) as room:
        room.says("ada", "add")
        assert room.brain == {"n": 5, "one:last": "ada"}
        assert room.says("ada", "hubot who is bob") == ["u_bob"]


def test_what_a_script_raises_is_told_with_its_line_and_text_and_the_room_goes_on(tmp_path: Path) -> None:
    source = """
        import anyio
        def setup(robot):
            robot.hear("bait", lambda res: {}["key"])
            robot.hear("wait", lambda res: anyio.sleep(6))
            robot.hear("echo", lambda res: res.send("alive"))
            robot.error(lambda error, res: res.send(type(error).__name__))
        """
    with FakeRoom(script(tmp_path, source)) as room:
        assert room.says("ada", "bait") == ["KeyError"]
        assert room.says("ada", "wait") == []
        room.passes(10)
        assert room.says("ada", "echo") == ["alive"]
        assert room.errors == ["KeyError at one.py:4: 'key'", "took longer than 5 s"]


def test_a_script_that_cannot_be_loaded_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"the script one cannot be loaded: SyntaxError at one.py:1"):
        FakeRoom(script(tmp_path, "def setup(robot:"))


def test_several_scripts_share_brain_and_events(tmp_path: Path) -> None:
    tells = script(tmp_path, "def setup(robot):\n    robot.hear('go', lambda res: robot.emit('told', res.message.room))\n", "tells")
    told = script(tmp_path, "def setup(robot):\n    robot.on('told', lambda room: robot.message_room(room, 'heard'))\n", "told")
    with FakeRoom([tells, told]) as room:
        assert room.says("ada", "go") == ["heard"]
