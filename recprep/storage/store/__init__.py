"""The store: attempts, ratings, drafts and settings of one person, and the only SQL over them."""

from recprep.storage.store.damage import Damage
from recprep.storage.store.store import Store

__all__ = ["Damage", "Store"]
