"""Every setting of the program, once, read from the environment.

A default stands here only where it is right and harmless in public. `.env.example` lists the names with a word on each.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def _integer(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip()
    return int(text) if text else default


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


@dataclass(frozen=True)
class Config:
    """Settings of one running program. Build with `Config.from_environment()`; tests hand in their own values."""

    root: Path = ROOT
    var: Path = ROOT / "var"
    database_url: str = ""
    """The application's role. Empty: the program keeps a PostgreSQL of its own under `var`."""
    database_owner_url: str = ""
    """The owner's role, for migrations and the demo's clock only."""
    secret_key: str = ""
    port: int = 8000
    public_url: str = ""
    smtp_url: str = ""
    """smtp://[user:password@]host:port ; empty: mail is kept in the database and shown in the log, not sent."""
    mail_from: str = "no-reply@localhost"
    storage_url: str = ""
    """Where delivered files and papers are kept, as fsspec understands it; empty: a folder under `var`."""
    upload_limit: int = 64 * 1024 * 1024
    pool_size: int = 8
    harvest_hosts: str = ""
    """host:port, parted by commas, that open data may be fetched from although they are not on the public internet."""
    delivery_hosts: str = ""
    """host:port, parted by commas, from which deliveries may be fetched although they are not on the public internet."""
    search_follow: str = ""
    """Who keeps the search index: `process`, a `flask search follow` beside the web server; `inline`, each program for
    itself in memory, before each look. Empty: inline in tests, else process."""
    search_warm: bool = False
    """Load the Korean analyser at the start: for a web server that forks afterwards, so that its children share it."""
    dormant_after_days: int = 180
    """Days without a publication or an order after which a designated supplier falls dormant."""
    bank_wait_days: int = 3
    """Working days between a second person's word and the first payout to a changed account."""
    bank_check_url: str = ""
    """Where the agency's bank answers whose an account is. Empty: an officer compares a copy of the passbook."""
    stripe_secret_key: str = ""
    """The card company's key. Empty: there are no card payments, and no button for them."""
    stripe_webhook_secret: str = ""
    """Signs what the card company tells us; empty: everything it says is refused."""
    stripe_api_base: str = ""
    """Another address than Stripe's own: a local twin. Only with a key that begins with sk_test_."""
    registry_service_key: str = ""
    """The service key for the tax authority's registry of businesses. Empty: officers look firms up by hand."""
    registry_api_base: str = "https://api.odcloud.kr/api/nts-businessman/v1"
    """Where the registry is asked; a local twin has another address."""
    registry_hours: int = 24
    """For how long the registry's word on a firm is used again before it is asked anew."""
    popbill_link_id: str = ""
    """Who we are at the provider of electronic tax invoices. Empty: suppliers enter what they issued elsewhere."""
    popbill_secret_key: str = ""
    popbill_test: bool = True
    """The provider's own test system; its real one only when this says no."""
    popbill_api_base: str = ""
    """Another address than Popbill's own: a local twin. Only with the test system."""
    testing: bool = False
    extra: dict[str, object] = field(default_factory=dict)

    @classmethod
    def from_environment(cls) -> "Config":
        """Settings from the environment; raises ValueError where a number is not one."""
        port = _integer("PORT", 8000)
        return cls(
            var=Path(_text("VAR_FOLDER", str(ROOT / "var"))).absolute(),
            database_url=_text("DATABASE_URL"),
            database_owner_url=_text("DATABASE_OWNER_URL"),
            secret_key=_text("SECRET_KEY"),
            port=port,
            public_url=_text("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            smtp_url=_text("SMTP_URL"),
            mail_from=_text("MAIL_FROM", "no-reply@localhost"),
            storage_url=_text("STORAGE_URL"),
            upload_limit=_integer("UPLOAD_LIMIT", 64 * 1024 * 1024),
            pool_size=_integer("DATABASE_POOL", 8),
            harvest_hosts=_text("HARVEST_HOSTS"),
            delivery_hosts=_text("DELIVERY_HOSTS"),
            search_follow=_text("SEARCH_FOLLOW"),
            dormant_after_days=_integer("DORMANT_AFTER_DAYS", 180),
            search_warm=_text("SEARCH_WARM") in ("1", "yes", "true"),
            bank_wait_days=_integer("BANK_WAIT_DAYS", 3),
            bank_check_url=_text("BANK_CHECK_URL"),
            stripe_secret_key=_text("STRIPE_SECRET_KEY"),
            stripe_webhook_secret=_text("STRIPE_WEBHOOK_SECRET"),
            stripe_api_base=_text("STRIPE_API_BASE").rstrip("/"),
            registry_service_key=_text("REGISTRY_SERVICE_KEY"),
            registry_api_base=_text("REGISTRY_API_BASE", cls.registry_api_base).rstrip("/"),
            registry_hours=_integer("REGISTRY_HOURS", 24),
            popbill_link_id=_text("POPBILL_LINK_ID"),
            popbill_secret_key=_text("POPBILL_SECRET_KEY"),
            popbill_test=_text("POPBILL_TEST", "yes") not in ("0", "no", "false"),
            popbill_api_base=_text("POPBILL_API_BASE").rstrip("/"),
        )

    @property
    def local(self) -> bool:
        """Whether the public address is plain http on this very machine; only then may cookies do without Secure."""
        return self.public_url.startswith(("http://127.0.0.1", "http://localhost"))
