"""The Robot API without a process."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from services.hubot.host.arguments import parsed
from services.hubot.host.loading import commands
from services.hubot.words import Act, Begun, Ended, Finished, Step
from tests.conftest import ASYNCIO, Loop
from tests.services.hubot.theatre import theatre


@pytest.fixture(scope="module")
def anyio_backend() -> Loop:
    """As in the host, whose order of scripts is that in which asyncio begins tasks."""
    return ASYNCIO


async def test_answers_go_to_the_room_and_to_whoever_spoke(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load(
            "answers",
            """
            def setup(robot):
                robot.respond("send", lambda res: res.send("one", "two"))
                robot.respond("reply", lambda res: res.reply("here"))
                robot.respond("emote", lambda res: res.emote("waves"))
                robot.respond("random", lambda res: res.send(res.random(["only"])))
                robot.respond("room", lambda res: robot.message_room("r_2", "over there"))
                robot.respond("who", lambda res: res.send(f"{res.message.user.display_name} {res.message.room} {res.message.text}"))
            """,
        )
        found = [await stage.hear(f"hubot {word}") for word in ("send", "reply", "emote", "random", "room", "who")]
        assert found == [["one\ntwo"], ["@ada here"], ["*waves*"], ["only"], ["over there"], ["Ada r_1 hubot who"]]
        reply = stage.of(Act)[1]
        assert (reply.what["reply_to_msg_id"], reply.what["mentions"]) == ("m_2", ["u_ada"])
        assert stage.of(Act)[4].what["room_id"] == "r_2"
        assert len({act.action for act in stage.of(Act)}) == 6


async def test_nobody_after_finish_hears_it_and_catch_all_hears_what_nobody_wanted(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load(
            "first",
            """
            def setup(robot):
                robot.hear("stop", lambda res: [res.send("first"), res.finish()])
                robot.catch_all(lambda res: res.send("nobody wanted it"))
            """,
        )
        stage.load("second", "def setup(robot):\n    robot.hear('stop|go', lambda res: res.send('second'))\n")
        assert await stage.hear("stop") == ["first"]
        assert await stage.hear("go") == ["second"]
        assert await stage.hear("nothing") == ["nobody wanted it"]
        assert await stage.hear(kind="enter") == []


async def test_what_was_over_in_an_earlier_host_is_not_begun_again(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        for name in ("a", "b"):
            answers = "".join(f"    robot.hear('go', lambda res: res.send('{name}{n}'))\n" for n in range(2))
            stage.load(name, f"def setup(robot):\n{answers}    robot.catch_all(lambda res: res.send('all'))\n")
        assert await stage.hear("go", over=["a/0", "b/*"]) == ["a1"]
        await stage.settle()
        assert await stage.hear("go") == ["a0", "b0"]
        with anyio.fail_after(5):
            while len(stage.of(Finished)) < 2:
                await stage.settle()
        assert [word.key for word in stage.of(Finished)] == ["m_1", "m_2"]


async def test_middleware_may_keep_a_message_a_listener_and_an_answer(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load("echo", "def setup(robot):\n    robot.hear('(.*)', lambda res: res.send(res.match[1]), id='echo')\n")
        stage.load(
            "censor",
            """
            def setup(robot):
                robot.receive_middleware(lambda message: message.text != "unheard")
                robot.listener_middleware(lambda listener, res: not (listener.options.get("id") == "echo" and res.match[1] == "kept"))
                def louder(sending):
                    if sending.strings == ["unsaid"]:
                        return False
                    sending.strings[:] = [text.upper() for text in sending.strings]
                robot.response_middleware(louder)
            """,
        )
        assert [await stage.hear(text) for text in ("unheard", "kept", "unsaid", "said")] == [[], [], [], ["SAID"]]


async def test_events_go_from_script_to_script_and_async_handlers_wait_for_answers(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load(
            "tells",
            """
            def setup(robot):
                async def tell(res):
                    await res.send("first")
                    robot.emit("told", res.message.room, 2)
                    await res.send("second")
                robot.hear("tell", tell)
            """,
        )
        stage.load("told", "def setup(robot):\n    robot.on('told', lambda room, n: robot.message_room(room, f'heard {n}'))\n")
        assert await stage.hear("tell") == ["first"]
        assert stage.of(Ended) == []
        await stage.settle()
        await stage.settle()
        assert [act.what["text"] for act in stage.of(Act)] == ["first", "second", "heard 2"]


async def test_each_step_of_a_script_is_said_before_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load("echo", "def setup(robot):\n    robot.hear('a', lambda res: None)\n")
        await stage.hear("a")
        at = [type(word) if not isinstance(word, Step) else (word.script, word.run) for word in stage.said]
        assert at.index(("echo", "echo/0")) > at.index(Begun)
        assert at[-1] is Finished


async def test_an_older_life_of_a_script_hears_nothing_more_and_its_timers_end(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        source = "def setup(robot):\n    robot.hear('a', lambda res: res.send('%s'))\n    robot.every(3600, lambda: None)\n"
        stage.load("one", source % "old")
        stage.load("one", source % "new")
        assert await stage.hear("a") == ["new"]
        assert stage.load("one", "def setup(robot:").error == "SyntaxError at one.py:1"
        assert await stage.hear("a") == []


async def test_a_timer_that_is_due_runs_once_and_a_cancelled_one_never(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load(
            "clock",
            """
            def setup(robot):
                robot.at(0, lambda: robot.message_room("r_1", "due"))
                robot.at(0, lambda: robot.message_room("r_1", "never")).cancel()
            """,
        )
        with anyio.fail_after(5):
            while not stage.of(Act):
                await anyio.wait_all_tasks_blocked()
        await stage.settle()
        assert [act.what["text"] for act in stage.of(Act)] == ["due"]
        assert [word.run for word in stage.of(Ended)] == ["clock/timer"]


async def test_a_command_has_arguments_help_and_those_who_may(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load(
            "give",
            '''
            """Description:
              Points.

            Commands:
              hubot points - who has how many

            Author:
              us
            """
            def setup(robot):
                async def give(res, to, points):
                    res.send(f"{points + 1} for {to}")
                robot.commands.register("give", give, args={"to": str, "points": int}, help="gives points")
                robot.commands.register("close", lambda res: res.send("closed"), allow=["bob"])
            ''',
        )
        assert stage.stage.help() == ["hubot close", "hubot give <to> <points> - gives points", "hubot points - who has how many"]
        assert await stage.hear("hubot give ada 2") == ["3 for ada"]
        assert await stage.hear("hubot give ada") == ["@ada say it like this: hubot give <to> <points>"]
        assert await stage.hear("hubot close") == ["@ada close is not for you"]


def test_the_last_argument_takes_the_rest_of_the_line() -> None:
    assert parsed('"a b" c d', {"one": str, "rest": str}) == {"one": "a b", "rest": "c d"}
    assert commands("no section") == []


async def test_the_brain_goes_with_the_end_of_the_run(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load("keep", "def setup(robot):\n    robot.hear('a', lambda res: robot.brain.set('seen', robot.brain.get('seen') + 1))\n")
        await stage.hear("a")
        assert [word.brain for word in stage.of(Ended)] == [{"seen": "2"}]
