"""Who may see and do what: pure queries that every noun asks inside its own transaction or snapshot.

So there is no gap between a check and the deed that leans on it. What somebody may not see answers NotFound, in
the very words that answer for what does not exist.
"""

from services.access import invites as invites
from services.access.rooms import Room as Room
from services.access.rooms import entered as entered
from services.access.rooms import find as find
from services.access.rooms import known as known
from services.access.rooms import moderated as moderated
from services.access.rooms import owned as owned
from services.access.rooms import rank as rank
from services.access.rooms import unmuted as unmuted
from services.access.rooms import visible as visible
from services.access.users import admin as admin
from services.access.users import living_session as living_session
from services.access.users import somebody as somebody
