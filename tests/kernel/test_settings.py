"""Settings: from the environment and config.toml, typed; what is wrong is said at the start."""

import stat
import sys
from pathlib import Path

import pytest

from crm.kernel.settings import Settings, WrongSetting, demo_password, load, secret_key


def test_an_unknown_setting_is_an_error_that_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"CRM_DATABSE_URL.*CRM_DATABASE_URL"):
        load({"CRM_INSTANCE": str(tmp_path), "CRM_DATABSE_URL": "sqlite://"})


def test_a_typo_in_the_file_is_an_error_too(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('hots = "0.0.0.0"', "utf-8")
    with pytest.raises(WrongSetting, match=r"config\.toml.*CRM_HOTS"):
        load({"CRM_INSTANCE": str(tmp_path)})
    (tmp_path / "config.toml").write_text("host = ", "utf-8")
    with pytest.raises(WrongSetting, match=r"config\.toml"):
        load({"CRM_INSTANCE": str(tmp_path)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRM_PORT", "80a"),
        ("CRM_PORT", "0"),
        ("CRM_PORT", "65536"),
        ("CRM_DEMO", "maybe"),
        ("CRM_UPLOAD_MB", "-1"),
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=name):
        load({"CRM_INSTANCE": str(tmp_path), name: value})


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('port = 9000\nhost = "0.0.0.0"\ndemo = false', "utf-8")
    settings = load({"CRM_INSTANCE": str(tmp_path), "CRM_PORT": "9001"})
    assert (settings.port, settings.host, settings.demo) == (9001, "0.0.0.0", False)
    assert not settings.on_loopback


def test_what_is_not_set_has_its_default(tmp_path: Path) -> None:
    settings = load({"CRM_INSTANCE": str(tmp_path), "PATH": "/bin"})
    assert settings.database == f"sqlite:///{tmp_path / 'kedang.db'}"
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 8000, None)


def test_the_secret_key_is_made_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path)
    key = secret_key(settings)
    assert len(key) > 40
    assert secret_key(settings) == key
    assert secret_key(Settings(instance=tmp_path, secret_key="set")) == "set"
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_the_demo_password_is_made_once_too(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path)
    assert demo_password(settings) == demo_password(settings) != secret_key(settings)
    assert demo_password(Settings(instance=tmp_path, demo_password="set")) == "set"
