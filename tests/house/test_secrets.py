"""Canaries: a story with tokens and texts that one knows again, then a search for them wherever they must not be."""

from __future__ import annotations

from collections.abc import Iterable

from tests.house.server import BOOTSTRAP, Person, Server
from tests.house.talk import Talk, hello, knock, talk
from tests.services.hubot.scene import furnish

TEXTS = {"canary-of-a-message", "canary-of-an-edit", "canary-of-a-topic", "canary-of-a-note", "canary-of-a-status", "canary-of-a-search"}
HOOK = "canary-of-a-hook"
LISTING = f'[scripts.outside]\nhooks = {{ news = "{HOOK}" }}\n'
FAILS = "def setup(robot):\n    robot.router.post('news', lambda call: call.headers['none'])\n"
NEVER_KEPT = {"canary-of-a-status", "canary-of-a-search"}


def found(secrets: Iterable[str], where: bytes) -> set[str]:
    return {secret for secret in secrets if secret.encode() in where}


def disk(server: Server) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(server.data.rglob("*")) if path.is_file() and path.name != "ballast")


class Story:
    """What everybody does with their tokens; `tokens` are all that were ever made."""

    def __init__(self, server: Server) -> None:
        self.tokens = {BOOTSTRAP, HOOK}
        self.bodies: list[bytes] = []
        self._server = server

    async def play(self) -> Person:
        server = self._server
        answer = server.sign_up("chief", BOOTSTRAP)
        self.bodies.append(answer.body)
        chief = Person("chief", answer.said["user"]["user_id"], answer.headers["set-cookie"].split("=")[1].split(";")[0])
        self.tokens.add(chief.token)
        async with talk(server, chief) as mine, knock(server) as phone:
            await self._talk(mine)
            await self._link(mine, phone)
            await self._refused(mine)
        self._over_http(chief)
        return chief

    async def _talk(self, mine: Talk) -> None:
        room_id = (await mine.must("room.create", kind="public", name="hall", topic="canary-of-a-topic"))["room"]["room_id"]
        ack = await mine.must("msg.send", room_id=room_id, text="canary-of-a-message")
        await mine.must("msg.edit", msg_id=ack["msg_id"], text="canary-of-an-edit")
        await mine.must("search.query", scope={"kind": "all"}, q="canary-of-a-search")
        await mine.must("presence.set", status="busy", text="canary-of-a-status")
        for t, fields in (("admin.invite_create", {"note": "canary-of-a-note"}), ("room.invite_create", {"room_id": room_id})):
            self.tokens.add((await mine.must(t, **fields))["invite_token"])
        made = await mine.must("admin.bot_create", handle="robot")
        renewed = await mine.must("admin.bot_token", user_id=made["user"]["user_id"])
        self.tokens |= {made["session_token"], renewed["session_token"]}

    async def _link(self, mine: Talk, phone: Talk) -> None:
        link = (await mine.must("auth.link_create"))["link_token"]
        await hello(phone)
        self.tokens |= {link, (await phone.must("auth.link_redeem", link_token=link))["session_token"]}

    async def _refused(self, mine: Talk) -> None:
        """Tokens where they do not belong: what is said of a bad frame does not repeat it."""
        self.tokens |= {"canary-token-that-is-bad", "canary-token-in-a-wrong-place"}
        answers = [
            await mine.ask("room.invite_redeem", invite_token="canary-token-that-is-bad"),
            await mine.ask("msg.send", room_id="canary-token-in-a-wrong-place", text="x"),
            await mine.ask("auth.link_create", **{"canary-token-in-a-wrong-place": 1}),
            await mine.throw('{"t":"canary-token-in-a-wrong-place"}'),
        ]
        assert found(self.tokens, str(answers).encode()) == set()

    def _over_http(self, chief: Person) -> None:
        fetch = self._server.fetch
        for token in (chief.token, "canary-token-that-is-bad"):
            for method, path in (("GET", "/session"), ("GET", "/diag.json"), ("GET", "/"), ("GET", "/nowhere?canary-token-that-is-bad")):
                self.bodies.append(fetch(path, method, token=token).body)
            self.bodies.append(fetch("/session", "POST", body={"session_token": token}).body)
        self.bodies.append(fetch("/session", "POST", body={"invite_token": "canary-token-that-is-bad"}).body)
        for token, status in ((HOOK, 500), ("canary-token-that-is-bad", 404)):
            answer = fetch("/hubot/outside/news", "POST", body={}, bearer=token)
            assert answer.status == status
            self.bodies.append(answer.body)


def bot(server: Server) -> tuple[str, str]:
    """The option for a bot with a hook."""
    return "--scripts", str(furnish(server.data.parent / "bot", {"outside": FAILS}, LISTING))


async def test_a_token_is_seen_by_its_owner_alone_and_a_text_is_in_the_database_alone(server: Server) -> None:
    server.start("--bootstrap-token", BOOTSTRAP, "--log-level", "debug", "--rate-limits", "false", *bot(server))
    story = Story(server)
    await story.play()
    assert len(story.tokens) == 11
    assert found(story.tokens | TEXTS, b"".join(story.bodies)) == set()
    assert found(story.tokens, disk(server)) == set()
    assert found(TEXTS, disk(server)) == TEXTS - NEVER_KEPT
    later = server.later_output()
    assert later == ""
    assert found(story.tokens | TEXTS, server.stderr().encode()) == set()
    assert found(story.tokens, disk(server)) == set()
    print(f"canary: tokens={len(story.tokens)} texts={len(TEXTS)} places=4 found=0")


async def test_an_admin_who_reads_the_log_reads_neither(server: Server) -> None:
    server.start("--bootstrap-token", BOOTSTRAP, *bot(server))
    story = Story(server)
    chief = await story.play()
    async with talk(server, chief) as mine:
        page = await mine.must("admin.events", limit=200)
    assert not page["more"]
    assert found(story.tokens | (TEXTS - {"canary-of-a-topic"}), str(page).encode()) == set()
