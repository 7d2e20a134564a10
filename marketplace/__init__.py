"""The Data Voucher Market: from a call for applications to the last won paid, checked and explained."""

import importlib
from importlib.util import find_spec

from flask import Flask

from config import Config
from marketplace import cli
from marketplace.core import catalogs, db, installation, storage, web
from marketplace.search.operations import warm

ROOMS = (
    "evidence",
    "accounts",
    "papers",
    "notices",
    "search",
    "ledger",
    "programmes",
    "vouchers",
    "suppliers",
    "catalogue",
    "matching",
    "matchday",
    "grants",
    "evaluation",
    "orders",
    "delivery",
    "settlement",
    "supervision",
    "amendments",
    "payments",
    "recovery",
    "audit",
    "front",
    "demo",
)
"""From the bottom of the stairs to the top."""
PARTS = ("models", "jobs", "indexing", "views", "commands")
"""The files by which a room is opened."""


def create_app(config: Config | None = None) -> Flask:
    """The whole program. Without a DATABASE_URL it starts, and holds, a PostgreSQL of its own."""
    config = config or Config.from_environment()
    home = installation.find(config)
    app = Flask("marketplace", root_path=str(config.root), template_folder="templates", static_folder="static")
    app.config.update(
        MARKETPLACE=config,
        SECRET_KEY=home.secret_key,
        TESTING=config.testing,
        MAX_CONTENT_LENGTH=config.upload_limit,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="session" if config.local else "__Host-session",
        SESSION_COOKIE_SECURE=not config.local,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        BABEL_DEFAULT_LOCALE="ko",
        BABEL_DEFAULT_TIMEZONE="Asia/Seoul",
        BABEL_TRANSLATION_DIRECTORIES=str(config.root / "translations"),
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/css",
            "text/javascript",
            "text/csv",
            "image/svg+xml",
            "application/json",
        ],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        **config.extra,
    )
    app.extensions["home"] = home
    catalogs.compile_catalogs()
    db.init_app(app, home.database_url, config.pool_size)
    storage.init_app(app, config.storage_url or str(config.var / "files"))
    web.init_app(app)
    for room in ROOMS:
        _open_room(app, room)
    cli.init_app(app)
    if config.search_warm:
        warm()
    return app


def _open_room(app: Flask, room: str) -> None:
    """A room is opened by its files: `models` names its tables, `views` has a `bp`, `jobs` and `indexing` register,
    `commands` has `cli`."""
    for part in PARTS:
        name = f"marketplace.{room}.{part}"
        if find_spec(name) is None:
            continue
        module = importlib.import_module(name)
        if part == "views":
            if hasattr(module, "init_app"):
                module.init_app(app)
            app.register_blueprint(module.bp)
        elif part == "commands":
            app.cli.add_command(module.cli)
