"""Settings from the environment and `instance/config.toml`; a typo is an error at start."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

PREFIX = "CRM_"
ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class WrongSetting(ValueError):
    """A setting that cannot be used; the text says which and what is allowed."""


@dataclass(frozen=True)
class Settings:
    """What an office may set. Each field is `CRM_<NAME>` in the environment, `<name>` in config.toml."""

    instance: Path = ROOT / "instance"
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool | None = None  # None: demo only where nothing is set up yet and the host is loopback
    demo_password: str = ""
    secret_key: str = ""
    idle_minutes: int = 30
    session_hours: int = 12
    upload_mb: int = 20
    spot_check_size: int = 5  # archives drawn a week and team (ARC-13)
    spot_check_hours: int = 72  # until what was sent back is to be dealt with
    behind_tls: bool = False
    jobs: bool = True  # run by a thread of the web process; False where `flask jobs run` does

    @property
    def database(self) -> str:
        """SQLAlchemy URL; SQLite in the instance folder unless set."""
        return self.database_url or f"sqlite:///{self.instance / 'kedang.db'}"

    @property
    def on_loopback(self) -> bool:
        return self.host in LOOPBACK


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings. Raises WrongSetting with a sentence to act on."""
    environ = os.environ if environ is None else environ
    said = {k.removeprefix(PREFIX).lower(): v for k, v in environ.items() if k.startswith(PREFIX)}
    folder = Path(said.pop("instance", "") or ROOT / "instance").expanduser().resolve()
    written = _config_file(folder / "config.toml")
    values: dict[str, object] = {"instance": folder}
    kinds = {f.name: f.type for f in fields(Settings)}
    for source, items in (("config.toml", written), ("environment", said)):
        for name, value in items.items():
            if name not in kinds or name == "instance":
                known = "、".join(sorted(PREFIX + k.upper() for k in kinds))
                raise WrongSetting(
                    f"{source}: 不认识的设置 unknown setting {PREFIX}{name.upper()} (known: {known})"
                )
            values[name] = _typed(name, value, kinds[name])
    settings = Settings(**values)  # type: ignore[arg-type]
    if not 1 <= settings.port <= 65535:
        raise WrongSetting(f"{PREFIX}PORT: 1–65535, not {settings.port}")
    return settings


def own_folder(path: Path) -> None:
    """The instance, for this account's eyes alone: in it lie the database, the files and the keys."""
    path.mkdir(parents=True, exist_ok=True)
    if path.stat().st_uid == getattr(os, "getuid", lambda: -1)():
        path.chmod(0o700)


def secret_key(settings: Settings) -> str:
    """The signing key: the setting, else one made once and kept in the instance with mode 600."""
    return settings.secret_key or _kept(settings.instance / "secret_key", 48)


def demo_password(settings: Settings) -> str:
    """The password of everybody in the demo: the setting, else one made once and kept like the key."""
    return settings.demo_password or _kept(settings.instance / "demo_password", 9)


def _kept(path: Path, size: int) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(value := secrets.token_urlsafe(size))
    return value


def _config_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise WrongSetting(f"{path}: {error}") from error


def _typed(name: str, value: object, kind: object) -> object:
    text = str(value).strip()
    if kind is int:
        if not text.isascii() or not text.isdigit():
            raise WrongSetting(f"{PREFIX}{name.upper()}: 应为整数 a whole number, not {text!r}")
        return int(text)
    if kind in (bool, bool | None):
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off"):
            return False
        raise WrongSetting(f"{PREFIX}{name.upper()}: 1 或 0, not {text!r}")
    return text
