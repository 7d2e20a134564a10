"""A migrated database to clone from, as the tests have one."""

from bench.common import ROOT
from marketplace.core import installation
from marketplace.core.cluster import OWNER_ROLE, SUPERUSER, Cluster, prepare


def make_template(cluster: Cluster, name: str) -> None:
    """A demo database with all tables and no rows."""
    prepare(cluster.url(SUPERUSER, "postgres"), name, demo=True)
    installation.migrate(cluster.url(OWNER_ROLE, name), ROOT)
