"""The files of the house, as its guards read them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bus", "services", "gateway", "devchitchat", "bench", "tests")
FOREIGN = {"__pycache__", "node_modules"}


def files(*ends: str, below: tuple[str, ...] = (*ROOMS, "public", "integrations")) -> list[str]:
    found = (file for room in below for file in (ROOT / room).rglob("*") if file.suffix in ends and file.is_file())
    return sorted(file.relative_to(ROOT).as_posix() for file in found if not FOREIGN & {*file.parts})


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
