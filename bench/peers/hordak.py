"""django-hordak: transfers between 500 accounts, free, or under a lock with a look at the balance, as a voucher needs.

`python -m bench.peers.hordak URL setup`, then `... URL free` or `... URL checked` as a worker of a crew.
"""

import random
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import django
from django.conf import settings

from bench.crew import serve

where = urlsplit(sys.argv[1])
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "mptt", "hordak"],
    SECRET_KEY="for measurements only",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DEFAULT_CURRENCY="KRW",
    HORDAK_INTERNAL_CURRENCY="KRW",
    CURRENCIES=["KRW"],
    HORDAK_CURRENCIES=["KRW"],
    HORDAK_DECIMAL_PLACES=2,
    HORDAK_MAX_DIGITS=20,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": where.path.lstrip("/"),
            "USER": where.username,
            "PASSWORD": where.password,
            "HOST": where.hostname,
            "PORT": where.port,
            "CONN_MAX_AGE": None,
        }
    },
)
django.setup()

from django.core.management import call_command  # noqa: E402 (Django wants its settings first)
from django.db import connection, transaction  # noqa: E402
from hordak.models import Account  # noqa: E402
from moneyed import Money  # noqa: E402


def setup() -> None:
    """Tables and 500 accounts."""
    call_command("migrate", verbosity=0)
    for number in range(500):
        Account.objects.create(name=f"account {number}", code=f"{number:04d}", type="LI", currencies=["KRW"])


def begin(number: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """What a thread does: one transfer in one transaction."""
    accounts = list(Account.objects.all())
    dice = random.Random()
    checked = sys.argv[2] == "checked"

    def work() -> None:
        giver, taker = dice.sample(accounts, 2)
        with transaction.atomic():
            if checked:
                Account.objects.select_for_update().get(pk=giver.pk)
                giver.get_balance()
            giver.transfer_to(taker, Money(100, "KRW"))

    return work, connection.close


if __name__ == "__main__":
    if sys.argv[2] == "setup":
        setup()
    else:
        serve(begin)
