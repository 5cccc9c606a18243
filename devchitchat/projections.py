"""All tables of the house, in the order in which they are made and facts are projected on them."""

from __future__ import annotations

from services.auth.rows import projection as auth
from services.delivery.rows import projection as delivery
from services.hubot.rows import projection as brain
from services.messages.rows import projection as messages
from services.rooms.direct import projection as directs
from services.rooms.mutes import projection as mutes
from services.rooms.rows import projection as rooms
from services.signaling.rows import projection as calls

PROJECTIONS = (auth, rooms, mutes, directs, messages, delivery, calls, brain)
