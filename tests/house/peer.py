"""A program in a call, without a browser: it says on the wire what any client says, and aiortc makes its connections.

What aiortc cannot do is left out here: it never takes an offer back (of two at once the other's is passed over), does not name "stop"
among its capabilities (it cannot follow a line that is used again), and knows no mDNS names.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
from aioice import ice
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp
from anyio.abc import TaskGroup
from av import AudioFrame, VideoFrame
from websockets.exceptions import ConnectionClosed

from tests.house.talk import Talk
from tests.house.tone import LISTENED, Tone, samples_of

WITHIN = 30.0
MIC = {"stream_id": "mic", "kind": "mic", "label": "", "tracks": {"audio": True, "video": False}}


def only_loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    return ["127.0.0.1"]


ice.get_host_addresses = only_loopback
"""aioice passes loopback over, and these tests have nothing else; it is also all that they should reach."""


class Link:
    """One other: `heard` is the end of their voice so far, `frames` how many pictures came, `words` what they told past the server."""

    def __init__(self, hz: int, tasks: TaskGroup, tell: Callable[[], None]) -> None:
        self.pc = RTCPeerConnection()
        self.heard: array[int] = array("h")
        self.frames = 0
        self.words: list[Any] = []
        self._tasks = tasks
        self._tell = tell
        self._control = self.pc.createDataChannel("control", negotiated=True, id=0)
        self.pc.addTrack(Tone(hz))
        self.pc.addTransceiver("video", direction="recvonly")
        self._listen()

    @property
    def connected(self) -> bool:
        return self.pc.connectionState == "connected" and self._control.readyState == "open"

    def tell(self, **word: Any) -> None:
        self._control.send(json.dumps(word))

    def _listen(self) -> None:
        self.pc.on("track", self._found)
        self.pc.on("connectionstatechange", self._tell)
        self._control.on("open", self._tell)
        self._control.on("message", self._hear)

    def _hear(self, said: str) -> None:
        self.words.append(json.loads(said))
        self._tell()

    def _found(self, track: Any) -> None:
        self._tasks.start_soon(self._take, track)

    async def _take(self, track: Any) -> None:
        """To the track's end. Its type says less than is so."""
        with suppress(MediaStreamError):
            while True:
                self._keep(await track.recv())
                self._tell()

    def _keep(self, frame: AudioFrame | VideoFrame) -> None:
        if isinstance(frame, AudioFrame):
            self.heard = (self.heard + samples_of(frame))[-LISTENED:]
        else:
            self.frames += 1


class Peer:
    """Somebody's place in a call. Whoever joins offers; whoever is there answers."""

    def __init__(self, talk: Talk, joined: dict[str, Any], hz: int, tasks: TaskGroup) -> None:
        self.links: dict[str, Link] = {}
        self.call_id: str = joined["call_id"]
        self.peer_id: str = joined["self_peer_id"]
        self._talk = talk
        self._hz = hz
        self._tasks = tasks
        self._changed = anyio.Event()

    async def until(self, wanted: Callable[[], Any]) -> None:
        """Wait until it is so; looked at whenever anything came."""
        with anyio.fail_after(WITHIN):
            while not wanted():
                await self._changed.wait()

    async def only_link(self) -> Link:
        """The one other, once connected."""
        await self.until(lambda: [link.connected for link in self.links.values()] == [True])
        return next(iter(self.links.values()))

    async def offer(self, peer_id: str) -> None:
        pc = self._link(peer_id).pc
        await pc.setLocalDescription(await pc.createOffer())
        await self._describe("rtc.offer", peer_id, pc)

    async def work(self) -> None:
        """Take what comes, one after another, to the end of the connection."""
        try:
            while True:
                frame = json.loads(await self._talk.socket.recv())
                self._talk.frames.append(frame)
                await self._heed(frame["t"], frame["body"])
                self._tell()
        except ConnectionClosed:
            return

    async def leave(self) -> None:
        with suppress(ConnectionClosed):
            await self._talk.say("rtc.leave", call_id=self.call_id)
        for link in self.links.values():
            await link.pc.close()

    async def _heed(self, t: str, body: dict[str, Any]) -> None:
        match t, body:
            case "rtc.offer_event", {"from_peer_id": peer_id, "sdp": sdp}:
                await self._answer(peer_id, RTCSessionDescription(sdp, "offer"))
            case "rtc.answer_event", {"from_peer_id": peer_id, "sdp": sdp}:
                await self._accept(peer_id, RTCSessionDescription(sdp, "answer"))
            case "rtc.ice_event", {"from_peer_id": peer_id, "candidate": {"candidate": str(said)} as candidate} if said:
                await self._reach(peer_id, said, candidate)
            case "rtc.stream_event", {"event": "published", "peer_id": peer_id, "stream": {"stream_id": shown, "tracks": {"video": True}}}:
                self._want(peer_id, shown)
            case "error", _:
                raise AssertionError(f"refused: {body}")
            case _:
                pass

    async def _answer(self, peer_id: str, offered: RTCSessionDescription) -> None:
        pc = self._link(peer_id).pc
        if pc.signalingState != "stable":
            return
        await pc.setRemoteDescription(offered)
        await pc.setLocalDescription(await pc.createAnswer())
        await self._describe("rtc.answer", peer_id, pc)

    async def _accept(self, peer_id: str, answered: RTCSessionDescription) -> None:
        pc = self._link(peer_id).pc
        if pc.signalingState == "have-local-offer":
            await pc.setRemoteDescription(answered)

    async def _reach(self, peer_id: str, said: str, candidate: dict[str, Any]) -> None:
        if ".local " in said or peer_id not in self.links:
            return
        found = candidate_from_sdp(said.removeprefix("candidate:"))
        found.sdpMid, found.sdpMLineIndex = candidate.get("sdpMid"), candidate.get("sdpMLineIndex")
        await self.links[peer_id].pc.addIceCandidate(found)

    def _want(self, peer_id: str, stream_id: str) -> None:
        """A page sends no picture that nobody asked for, past the server."""
        if peer_id in self.links and self.links[peer_id].connected:
            self.links[peer_id].tell(want={"stream_id": stream_id, "level": "high"})

    async def _describe(self, t: str, peer_id: str, pc: RTCPeerConnection) -> None:
        """All candidates are in it: aiortc finds them before it says anything."""
        await self._talk.say(t, call_id=self.call_id, to_peer_id=peer_id, sdp=pc.localDescription.sdp)

    def _link(self, peer_id: str) -> Link:
        if peer_id not in self.links:
            self.links[peer_id] = Link(self._hz, self._tasks, self._tell)
        return self.links[peer_id]

    def _tell(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()


@asynccontextmanager
async def in_call(talk: Talk, room_id: str, *, hz: int) -> AsyncGenerator[Peer]:
    """In the room's call, saying a tone, until the end of the block."""
    call = await talk.must("rtc.call_create", room_id=room_id, kind="mesh", media={"audio": True, "video": False})
    joined = await talk.must("rtc.join", call_id=call["call_id"], peer_meta={"device": "aiortc"})
    async with anyio.create_task_group() as tasks:
        peer = Peer(talk, joined, hz, tasks)
        await talk.must("rtc.stream_publish", call_id=peer.call_id, stream=MIC)
        for other in joined["peers"]:
            if other["peer_id"] != peer.peer_id:
                await peer.offer(other["peer_id"])
        tasks.start_soon(peer.work)
        try:
            yield peer
        finally:
            with anyio.CancelScope(shield=True):
                await peer.leave()
            tasks.cancel_scope.cancel()
