"""What is done here: putting in, taking out, and keeping an index like the table."""

from marketplace.search.following import rebuild
from marketplace.search.gateway.folders import Busy
from marketplace.search.gateway.meaning import use_all_cores
from marketplace.search.gateway.morphemes import warm
from marketplace.search.operations.keeping import Keeper, get_ready, keeping
from marketplace.search.operations.meaning import tell, to_tell
from marketplace.search.operations.putting import Document, drop_synonyms, forget, keep_synonyms, put, put_all, withdraw

__all__ = [
    "Busy",
    "Document",
    "Keeper",
    "drop_synonyms",
    "forget",
    "get_ready",
    "keep_synonyms",
    "keeping",
    "put",
    "put_all",
    "rebuild",
    "tell",
    "to_tell",
    "use_all_cores",
    "warm",
    "withdraw",
]
