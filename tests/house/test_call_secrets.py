"""Canaries in a call: what peers say to get connected, and what opens a TURN server, is kept nowhere and shown to nobody else."""

from __future__ import annotations

from typing import Any

from tests.house.server import BOOTSTRAP, Person, Server
from tests.house.talk import Talk, talk
from tests.house.test_secrets import disk, found

SECRET = "canary-secret-shared-with-turn"
SIGNALS = {
    "canary-of-an-sdp",
    "canary-of-a-candidate",
    "canary-of-a-fragment",
    "canary-of-a-bad-sdp",
    "canary-of-a-label",
    "canary-of-a-pc",
}
OPTIONS = ("--turn-urls", "turn:turn.example.org", "--turn-secret", SECRET, "--log-level", "debug", "--rate-limits", "false")


class Story:
    """Two people and their call; `keys` are all credentials that were ever handed out, `bodies` what others got."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.keys = {SECRET}
        self.shown: list[str] = []

    async def play(self, chief: Person) -> None:
        other = self.server.newcomer()
        async with talk(self.server, chief) as mine, talk(self.server, other) as theirs:
            room_id = (await mine.must("room.create", kind="public", name="hall"))["room"]["room_id"]
            await theirs.must("room.join", room_id=room_id)
            call = await mine.must("rtc.call_create", room_id=room_id)
            joined = [await each.must("rtc.join", call_id=call["call_id"]) for each in (mine, theirs)]
            fresh = await theirs.must("rtc.ice_servers", call_id=call["call_id"])
            self.keys |= {answer["ice"]["turn_credential"] for answer in (call, *joined, fresh)}
            await self._connect(mine, theirs, call["call_id"], joined[0]["self_peer_id"])
            self.shown.append(self.server.fetch("/diag.json", token=chief.token).body.decode())
            page = await mine.must("admin.events", limit=200)
            assert not page["more"]
            self.shown.append(str(page))

    async def _connect(self, mine: Talk, theirs: Talk, call_id: str, to: str) -> None:
        said: dict[str, Any] = {"call_id": call_id, "to_peer_id": to, "pc_id": "canary-of-a-pc"}
        await theirs.must("rtc.offer", **said, sdp="v=0 canary-of-an-sdp")
        await theirs.must("rtc.answer", **said, sdp="v=0 canary-of-an-sdp")
        candidate = {"candidate": "canary-of-a-candidate", "usernameFragment": "canary-of-a-fragment"}
        await theirs.must("rtc.ice", **said, candidate=candidate)
        await theirs.must("rtc.stream_publish", call_id=call_id, stream={"stream_id": "s1", "kind": "screen", "label": "canary-of-a-label"})
        heard = [str(await mine.hear(t)) for t in ("rtc.offer_event", "rtc.answer_event", "rtc.ice_event", "rtc.stream_event")]
        assert found(SIGNALS, "".join(heard).encode()) == SIGNALS - {"canary-of-a-bad-sdp"}
        refused = [
            await theirs.ask("rtc.offer", **said, sdp="canary-of-a-bad-sdp"),
            await theirs.ask("rtc.offer", **said, sdp="v=" + "canary-of-a-bad-sdp" * 4000),
            await theirs.ask("rtc.offer", **said, sdp=["canary-of-a-bad-sdp"]),
            await theirs.ask("rtc.offer", **(said | {"to_peer_id": "canary-of-a-bad-sdp"}), sdp="v=0"),
            await theirs.ask("rtc.ice", **said, candidate={"candidate": "canary-of-a-candidate" * 99}),
            await theirs.ask("rtc.ice", **said, candidate={"candidate": "", "sdpMid": "canary-of-a-candidate"}),
        ]
        assert {answer["t"] for answer in refused} == {"error"}
        self.shown.append(str(refused))


async def test_what_is_said_in_a_call_is_in_no_log_no_error_no_diagnosis_and_not_on_the_disk(server: Server) -> None:
    server.start("--bootstrap-token", BOOTSTRAP, *OPTIONS)
    story = Story(server)
    await story.play(server.enter("chief", BOOTSTRAP))
    assert len(story.keys) >= 3
    canaries = story.keys | SIGNALS
    assert found(canaries, "".join(story.shown).encode()) == set()
    assert server.stop() == 0
    assert found(canaries, disk(server)) == set()
    assert found(canaries, server.stderr().encode()) == set()
    assert server.errors() == []
    print(f"canary: call keys={len(story.keys)} texts={len(SIGNALS)} places=4 found=0")
