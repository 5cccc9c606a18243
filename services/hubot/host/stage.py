"""Where scripts run: hands each happening to those who want it, and tells the server of every beginning and end.

Scripts hear a happening in the order of their names in the list; each one's listeners one after the other. An async handler keeps
only its own script waiting. (The host's loop is asyncio's, which begins tasks in their order.)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import anyio
from anyio.abc import TaskGroup

from services.hubot.host.brain import Memory
from services.hubot.host.commands import Told
from services.hubot.host.confirming import Questions
from services.hubot.host.guarded import Guard, Say, ends_us, named
from services.hubot.host.listeners import Handler, Listener, Message
from services.hubot.host.loading import load
from services.hubot.host.response import Answer, NotDone, Response, Sending
from services.hubot.host.robot import Misconfigured, Robot
from services.hubot.host.router import Turn
from services.hubot.host.run import Run, current, deeper
from services.hubot.host.timers import Timer
from services.hubot.words import Act, Begin, Begun, Called, Done, Ended, Finished, Happened, Load, Loaded, Replied, sound


class Stage:
    """`say` writes to the server, at once. `now` is the time of day as scripts see it."""

    def __init__(
        self,
        begin: Begin,
        say: Say,
        tasks: TaskGroup,
        outgrown: Callable[[], None],
        *,
        now: Callable[[], float] = time.time,
        guard: Guard | None = None,
    ) -> None:
        self.now = now
        self.name, self.alias = begin.name, begin.alias
        self.memory = Memory(begin.brain, begin.people)
        self.questions = Questions()
        self._begin = begin
        self._say = say
        self._tasks = tasks
        self._outgrown = outgrown
        self._guard = guard or Guard(say, begin.limit)
        self._robots: dict[str, Robot] = {}
        self._paths: dict[str, str] = {}
        """Of all that were ever to be loaded, in order; of those who are heard it is the order too."""
        self._help: dict[str, list[str]] = {}
        self._answers: dict[str, Answer] = {}
        self._loose = 0

    def load(self, word: Load) -> None:
        """Anew if it is there already: what it has begun goes on to its end, what comes now is for the new one."""
        self.unload(word.script)
        robot = Robot(self, word.script, word.config)
        self._paths[word.script] = word.path
        try:
            with self._guard.step(word.script):
                found = load(word.script, word.path, robot)
                told = sound(Loaded(word.script, len(robot.listeners), commands=robot.commands.offered()))
        except BaseException as error:  # Also what cannot be said.
            self._silence(robot)
            why = str(error) if isinstance(error, Misconfigured) else named(error, word.path)
            return self._say(Loaded(word.script, error=why))
        robots = self._robots | {word.script: robot}
        self._robots = {name: robots[name] for name in self._paths if name in robots}
        self._help[word.script] = found
        for timer in robot.timers:
            self._tasks.start_soon(timer.run)
        self._say(told)

    def unload(self, script: str) -> None:
        self._help.pop(script, None)
        if robot := self._robots.pop(script, None):
            self._silence(robot)

    def happened(self, word: Happened) -> None:
        self.memory.people[word.user.id] = word.user
        self._tasks.start_soon(self._hear, Message(word), frozenset(word.over))

    def called(self, word: Called) -> None:
        self._tasks.start_soon(self._call, word)

    def done(self, word: Done) -> None:
        if answer := self._answers.pop(word.action, None):
            answer.done(word)

    def act(self, script: str, do: str, what: dict[str, Any], run: Run | None = None) -> Answer:
        run = run or current.get() or self._loose_run(script)
        action = run.next_action()
        answer = self._answers[action] = Answer()
        self._say(Act(action, script, do, what))
        return answer

    def changed(self, key: str, value: str | None) -> None:
        """A change of the brain goes with the end of the run that made it."""
        if run := current.get():
            run.brain[key] = value
        else:
            self._say(Ended("", "", brain={key: value}))

    def emit(self, event: str, *args: Any) -> None:
        depth = deeper()
        for robot in list(self._robots.values()):
            for name, handler in robot.heard:
                if name == event:
                    run = Run(robot.script, f"{robot.script}/on", self._loose_key(), depth)
                    self._tasks.start_soon(self.perform, run, handler, *args)

    def begin_timer(self, robot: Robot, handler: Callable[[], Any], seconds: float, *, again: bool) -> Timer:
        async def due() -> None:
            await self.perform(Run(robot.script, f"{robot.script}/timer", self._loose_key()), handler)

        robot.timers.append(timer := Timer(seconds, due, robot.timers.remove, again=again))
        if self._robots.get(robot.script) is robot:
            self._tasks.start_soon(timer.run)
        return timer

    def lets_out(self, sending: Sending) -> bool:
        return all(middleware(sending) is not False for robot in self._robots.values() for middleware in robot.sending)

    def help(self) -> list[str]:
        return sorted(line for lines in self._help.values() for line in lines)

    def told(self, message: Message) -> dict[str, Told]:
        return {script: robot.commands.told(message, self._help[script]) for script, robot in self._robots.items()}

    async def perform(self, run: Run, handler: Handler, *args: Any, response: Response | None = None) -> None:
        """One handler, from Begun to Ended. Never raises what it raises."""
        self._say(Begun(run.key, run.name))
        token = current.set(run)
        error, heavy, raised = None, False, None
        try:
            with anyio.move_on_after(self._begin.limit) as scope:
                await self._guard.call(run.script, run.key, run.name, handler, *args)
            if scope.cancelled_caught:
                error, heavy = f"took longer than {self._begin.limit:g} s", True
        except MemoryError:
            error, heavy = f"MemoryError: wanted more than {self._begin.memory // 2**20} MiB", True
        except NotDone:
            pass  # The server has counted that already.
        except BaseException as caught:
            if ends_us(caught):
                raise
            error, raised = named(caught, self._paths.get(run.script, "")), caught
        finally:
            current.reset(token)
        self._end(run, error, heavy)
        if error and heavy and error.startswith("MemoryError"):
            self._outgrown()
        if isinstance(raised, Exception):
            await self._tell_of(raised, response)

    def _end(self, run: Run, error: str | None, heavy: bool) -> None:
        try:
            self._say(Ended(run.key, run.name, error, heavy, run.brain))
        except ValueError:
            self._say(Ended(run.key, run.name, "ValueError: changed too much of the brain at once", True))

    async def _hear(self, message: Message, over: frozenset[str]) -> None:
        robots = list(self._robots.values())
        matched = [bool(over)]
        if await self._admits(robots, message):
            async with anyio.create_task_group() as chains:
                for robot in robots:
                    chains.start_soon(self._chain, robot, message.kind, message, over, matched)
            if message.kind == "message" and not any(matched):
                for robot in robots:
                    await self._chain(robot, "catch_all", message, over, [])
        self._say(Finished(message.key))

    async def _call(self, word: Called) -> None:
        robot = self._robots.get(word.script)
        handler = robot and robot.router.find(word)
        if handler is None:
            return self._say(Replied(word.key, 404))
        turn = Turn(word, handler)
        await self.perform(Run(word.script, f"{word.script}/hook-{word.name}", word.key), turn.run)
        self._say(turn.reply)

    async def _admits(self, robots: list[Robot], message: Message) -> bool:
        """Middleware that fails lets it through: others want to hear."""
        for robot in robots:
            for middleware in robot.receiving:
                if await self._asked(robot.script, message.key, middleware, message) is False:
                    return False
        return True

    async def _chain(self, robot: Robot, kind: str, message: Message, over: frozenset[str], matched: list[bool]) -> None:
        """One script's listeners, in order; those that had their turn in an earlier host are left out."""
        if f"{robot.script}/*" in over:
            return
        for listener in robot.listeners:
            if message.done:
                return
            if listener.hears(kind) and listener.run not in over:
                await self._offer(robot, listener, message, matched)

    async def _offer(self, robot: Robot, listener: Listener, message: Message, matched: list[bool]) -> None:
        match = await self._asked(robot.script, message.key, listener.matches, message)
        if match is None or not await self._asked(robot.script, message.key, bool, match):
            return
        matched.append(True)
        run = Run(robot.script, listener.run, message.key)
        response = Response(robot, message, match, run)
        for each in list(self._robots.values()):
            for middleware in each.listening:
                if await self._asked(each.script, message.key, middleware, listener, response) is False:
                    return
        await self.perform(run, listener.handler, response, response=response)

    async def _asked(self, script: str, key: str, question: Callable[..., Any], *args: Any) -> Any:
        """What a matcher or middleware says; one that fails says nothing, and is told of."""
        try:
            with anyio.move_on_after(self._begin.limit):
                return await self._guard.call(script, key, "", question, *args)
        except BaseException as error:
            if ends_us(error):
                raise
            self._say(Ended("", f"{script}/", named(error, self._paths.get(script, ""))))
        return None

    async def _tell_of(self, error: Exception, response: Response | None) -> None:
        for robot in list(self._robots.values()):
            for handler in robot.failing:
                await self._asked(robot.script, "", handler, error, response)

    def _silence(self, robot: Robot) -> None:
        for timer in robot.timers:
            timer.cancel()

    def _loose_run(self, script: str) -> Run:
        return Run(script, f"{script}/loose", self._loose_key())

    def _loose_key(self) -> str:
        self._loose += 1
        return f"t{self._begin.life}-{self._loose}"
