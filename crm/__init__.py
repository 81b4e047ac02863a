"""The roof: collects the rooms and gives Flask its house."""

from importlib import import_module

from flask import Flask

from crm import prepare, statics
from crm.kernel import drawn, errors_web, frame, jobs, languages, logs
from crm.kernel.database import db, prepare_engine
from crm.kernel.guard import guard_engine
from crm.kernel.settings import ROOT, Settings, load, own_folder, secret_key
from crm.kernel.web import House, open_house

#: from the ground up; a room not listed does not exist
ROOMS = (
    "audit",
    "workdays",
    "accounts",
    "clockwork",
    "approvals",
    "files",
    "notifications",
    "searching",
    "customers",
    "complaints",
    "home",
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings (default: environment and instance/config.toml)."""
    settings = settings or load()
    own_folder(settings.instance)
    app = House(
        "crm",
        root_path=str(ROOT),
        template_folder="templates",
        static_folder="static",
        static_url_path=statics.url_path(ROOT / "static"),
    )
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=secret_key(settings),
        SQLALCHEMY_DATABASE_URI=settings.database,
        MAX_CONTENT_LENGTH=(settings.upload_mb + 1) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        SESSION_COOKIE_NAME="kedang",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.behind_tls,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
    )
    db.init_app(app)
    languages.init_app(app)
    open_house(app)  # first: what rooms ask before a request may know who comes
    for room in ROOMS:
        module = import_module(f"crm.{room}")
        if hasattr(module, "bp"):
            app.register_blueprint(module.bp)
        if hasattr(module, "init_app"):
            module.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        guard_engine(db.engine)
    drawn.init_app(app)
    frame.init_app(app)
    errors_web.init_app(app)
    logs.init_app(app)
    prepare.init_app(app)
    return app
