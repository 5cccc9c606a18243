"""The script that docs/bots.md shows does what it says there."""

from __future__ import annotations

import re
from pathlib import Path

from services.hubot.kit.fake import FakeRoom

PAGE = Path(__file__).resolve().parents[3] / "docs" / "bots.md"


def test_the_api_by_example_does_what_it_says(tmp_path: Path) -> None:
    found = re.search(r"^## The API by example\n.*?^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    (tmp_path / "example.py").write_text(found[1], encoding="utf-8")
    with FakeRoom(tmp_path / "example.py") as room:
        assert room.says("ada", "a Badger!") == ["We need no badgers"]
        assert room.says("ada", "SHOUT") == ["@ada why so loud?"] and room.says("ada", "shout") == []
        assert room.says("ada", "hubot open the pod bay doors") == ["@ada opening the pod bay doors"]
        assert room.brain["example:last"] == "pod bay"
        assert room.says("ada", "hubot coin")[0] in {"heads", "tails"}
        assert room.says("ada", "@hubot: dance") == ["*dances*"]
        assert [room.says("ada", "hubot count"), room.says("bob", "hubot count")] == [["1"], ["2"]]
        assert room.enters("bob") == ["Welcome, Bob"] and room.leaves("bob") == ["Farewell, bob"]
        assert room.topic("ada", "raid at 9") == ["So it is raid at 9 now"]
        assert room.says("ada", "what?!") == ["?!"]
        assert room.says("ada", "badger, do not hear this") == []
        assert room.says("ada", "hubot open the damn doors") == ["@ada opening the d**n doors"]
        assert room.errors == []
