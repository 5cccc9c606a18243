"""What the bot of the conversations can do beside its packages, as hubot/scripts/scene.mjs has it.

Commands:
    hubot count - counts, and remembers
    hubot dance - dances
"""

# pyright: basic
from __future__ import annotations

import re

from services.hubot.host.listeners import Listener, Message
from services.hubot.host.response import Response, Sending
from services.hubot.host.robot import Robot


def setup(robot: Robot) -> None:
    middleware(robot)
    speech(robot)
    rooms(robot)
    memory(robot)


def middleware(robot: Robot) -> None:
    def not_heard(message: Message) -> bool:
        return "do not hear this" not in message.text

    def only_ada(listener: Listener, response: Response) -> bool:
        return listener.options.get("id") != "vault" or response.message.user.name == "ada"

    def polite(sending: Sending) -> None:
        sending.strings = [re.sub(r"^darn$", "d**n", each) for each in sending.strings]

    robot.receive_middleware(not_heard)
    robot.listener_middleware(only_ada)
    robot.response_middleware(polite)


def speech(robot: Robot) -> None:
    def without_waiting(res: Response) -> None:
        res.send("first")
        res.send("second")

    def caught(res: Response) -> None:
        if res.message.text == "is anybody there":
            res.send("Only me")

    robot.hear(r"badger", lambda res: res.send("We need no badgers"))
    robot.respond(r"open the (.*) doors", lambda res: res.reply(f"Opening the {res.match[1]} doors"))
    robot.respond(r"dance", lambda res: res.emote("dances"))
    robot.respond(r"three things", lambda res: res.send("one", "two", "three"))
    robot.respond(r"say without waiting", without_waiting)
    robot.respond(r"swear", lambda res: res.send("darn"))
    robot.respond(r"open the vault", lambda res: res.send("It is open"), id="vault")
    robot.respond(r"say nothing", lambda res: res.send("", "   "))
    robot.catch_all(caught)


def rooms(robot: Robot) -> None:
    robot.respond(r"set the topic to (.*)", lambda res: res.topic(res.match[1]))
    robot.topic(lambda res: res.send(f"{res.message.user.name} made it {res.message.text}"))
    robot.enter(lambda res: res.send(f"Hello {res.message.user.name}"))
    robot.leave(lambda res: res.send(f"Farewell {res.message.user.name}"))
    robot.respond(r"tell (\S+) (.*)", lambda res: robot.message_room(res.match[1], res.match[2]))


def memory(robot: Robot) -> None:
    def count(res: Response) -> None:
        robot.brain.set("count", robot.brain.get("count", 0) + 1)
        res.send(str(robot.brain.get("count")))

    def note(res: Response) -> None:
        robot.brain.set(f"part of {res.message.user.id}", res.match[1])
        res.send("Noted")

    def who(res: Response) -> None:
        found = robot.brain.user_for_name(res.match[1])
        res.send(f"the {robot.brain.get(f'part of {found.id}', 'stranger') if found else 'stranger'}")

    robot.respond(r"count$", count)
    robot.respond(r"i am the (.*)", note)
    robot.respond(r"who is (.*)\?", who)
