"""The house's threads do not interrupt one another where one of them wakes up."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="schedulers by name are Linux's")

TAKES_TURNS = """
import os, threading
from devchitchat.processor import take_turns
go, found = threading.Event(), []
def thread(): go.wait(); found.append(os.sched_getscheduler(0))
threads = [threading.Thread(target=thread)]
threads[0].start()
take_turns()
threads.append(threading.Thread(target=thread))
threads[1].start()
go.set()
for each in threads: each.join()
print(os.sched_getscheduler(0), *found)
"""


def policies(before: str = "") -> list[int]:
    """Of the process that took turns, of a thread that was there before, and of one that it began then."""
    done = subprocess.run([sys.executable, "-c", before + TAKES_TURNS], check=True, capture_output=True, text=True)
    return [int(word) for word in done.stdout.split()]


def test_threads_of_the_house_take_turns() -> None:
    assert policies() == [os.SCHED_BATCH] * 3


def test_an_operator_who_has_chosen_another_way_is_left_alone() -> None:
    assert policies("import os\nos.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\n") == [os.SCHED_IDLE] * 3


def test_a_house_that_may_not_choose_goes_on_as_it_is() -> None:
    forbidden = "import os\ndef no(*_): raise PermissionError\nos.sched_setscheduler = no\n"
    assert policies(forbidden) == [os.sched_getscheduler(0)] * 3
