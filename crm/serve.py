"""One office's server: waitress with eight threads, static files that browsers may keep."""

import gc
import signal
import sys
from typing import Any, NoReturn

import waitress

from crm import create_app, statics
from crm.kernel.jobs import Clockwork
from crm.kernel.settings import Settings, WrongSetting, load
from crm.prepare import prepare, told

THREADS = 8


def serve() -> None:
    """Prepare, say where and how to sign in, and serve until Ctrl+C."""
    try:
        settings = load()
    except WrongSetting as error:
        stop(f"设置有误 wrong setting: {error}", 2)
    app = create_app(settings)
    server = _bound(statics.kept_by_browsers(app, settings.instance / "static"), settings)
    prepared = prepare(app)
    settle()
    address = f"http://{settings.host}:{settings.port}"
    print(f"客档 Kedang: {address}\n{told(prepared, address)}\nCtrl+C 停止 stops it", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    clockwork = Clockwork(app)
    if settings.jobs:
        clockwork.start()
    try:
        server.run()
    finally:
        clockwork.stop()


def settle() -> None:
    """What is loaded by now stays: the garbage collector need not walk it again with every request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _bound(application: Any, settings: Settings) -> Any:
    """The server with its port taken, before the long work begins."""
    try:
        return waitress.create_server(
            application,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident="",
            **_behind(settings),
        )
    except OSError as error:
        stop(
            f"端口 {settings.host}:{settings.port} 用不了，可能已有程序占用（{error.strerror}）。"
            f"换一个端口再试，例如 CRM_PORT={settings.port + 1}。\n"
            f"Port {settings.port} is not free: set another one, for example CRM_PORT={settings.port + 1}.",
            1,
        )


def _behind(settings: Settings) -> dict[str, Any]:
    """Behind a proxy of this machine, people have the addresses it tells: the throttle counts by them."""
    if not settings.behind_tls:
        return {}
    return {
        "url_scheme": "https",
        "trusted_proxy": "127.0.0.1",
        "trusted_proxy_headers": "x-forwarded-for",
        "clear_untrusted_proxy_headers": True,
    }


def stop(text: str, code: int) -> NoReturn:
    """Say why it does not start, and leave."""
    print(text, file=sys.stderr)
    raise SystemExit(code)
