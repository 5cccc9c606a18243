"""The database: deeds are transactions, facts are the truth, tables are what they come to."""

from services.store.database import Refusal as Refusal
from services.store.projection import Entry as Entry
from services.store.projection import Projection as Projection
from services.store.store import Store as Store
from services.store.transaction import Snapshot as Snapshot
from services.store.transaction import Transaction as Transaction
