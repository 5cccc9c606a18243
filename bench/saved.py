"""Runs that were kept under a name, to hold a later one against: a JSON file each, in the user's data directory or where one says."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from bench.report import Report
from bench.wire import Lacking
from devchitchat.config import data_directory

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def place() -> Path:
    return data_directory() / "bench"


def save(report: Report, name: str, where: Path) -> Path:
    """Raises Lacking when it cannot be written."""
    path = where / f"{name}.json"
    try:
        where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        where.mkdir(mode=0o700, exist_ok=True)
        half = path.with_suffix(".half")
        half.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
        half.replace(path)
    except OSError as error:
        raise Lacking(f"this run cannot be saved as {path}: {error.strerror}") from None
    return path


def load(name: str, where: Path) -> Report:
    """Raises Lacking when there is none, or none that can be read."""
    path = where / f"{name}.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except FileNotFoundError:
        raise Lacking(f"there is no saved run {name!r} in {where}{_others(where)}") from None
    except OSError as error:
        raise Lacking(f"the saved run {path} cannot be read: {error.strerror}") from None
    except msgspec.MsgspecError:
        raise Lacking(f"the saved run {path} is of another version, or no saved run at all: save it anew") from None


def _others(where: Path) -> str:
    names = sorted(each.stem for each in where.glob("*.json"))
    return f"; there are {', '.join(names)}" if names else "; `--save NAME` keeps one"
