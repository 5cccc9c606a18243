"""`peerjs`: PeerServer on Node, which hands on what browsers say to find each other: offers and candidates, from one to one."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.peers import fetch
from bench.peers.dialect import INSIDE, NOTHING, Answer, Dialect, Seat, between
from bench.peers.program import Peer, Stand, started
from bench.peers.ws import about

A_DAY_MS = 86_400_000
OFFER_FROM = 1_000
"""Bytes: what is as long as this is an offer, shorter a candidate."""


class PeerJs(Dialect):
    def path(self, seat: Seat) -> str:
        return f"/peerjs?key=peerjs&id={seat.name}&token={seat.name}"

    def answer(self, seat: Seat, frame: bytes) -> Answer:
        return INSIDE if b'"OPEN"' in frame else NOTHING

    def to_room(self, seat: Seat, payload: bytes) -> bytes:
        raise NotImplementedError("PeerServer has no rooms")

    def to_one(self, seat: Seat, address: str, payload: bytes) -> bytes:
        kind = b"OFFER" if len(payload) >= OFFER_FROM else b"CANDIDATE"
        return b'{"type":"%s","dst":"%s","payload":{"say":"%s"}}' % (kind, address.encode(), payload)

    def payloads(self, frame: bytes) -> list[bytes]:
        said = between(frame, b'"say":"', b'"')
        return [said] if said else []


@asynccontextmanager
async def opened(beside: Path | None = None) -> AsyncGenerator[Stand]:
    modules = await fetch.node_modules()
    script = modules / "node_modules" / "peer" / "dist" / "bin" / "peerjs.js"
    command = [fetch.node(), str(script), "--host", "127.0.0.1", "--alive_timeout", str(A_DAY_MS), "--port"]
    async with started(lambda place, port: [*command, str(port)], PeerJs(), await about("peer", modules)) as stand:
        yield stand


PEER = Peer("peerjs", opened, relays=True)
