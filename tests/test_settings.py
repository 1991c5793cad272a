"""Settings come from the environment; the secret is made once and is the owner's alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import ValidationError

from tests.conftest import ROOT
from tutor.settings import Settings

KEY = "thirty-two characters and a few more"


def test_a_setting_is_read_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("EQUIPOISE_HOME", str(tmp_path))
    monkeypatch.setenv("EQUIPOISE_PORT", "8123")
    settings = Settings()
    assert (settings.home, settings.port) == (tmp_path, 8123)
    assert settings.database.parent == settings.bundles.parent == tmp_path


def test_without_a_word_it_serves_this_machine_alone(monkeypatch):
    monkeypatch.delenv("EQUIPOISE_HOST", raising=False)
    assert Settings().host == "127.0.0.1"


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_says_what_it_is_for(field):
    assert str(Settings.model_fields[field].description).endswith(".")


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_told_to_operators(field):
    page = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    assert f"| `EQUIPOISE_{field.upper()}` |" in page


def test_the_database_s_password_is_not_shown_with_the_settings(monkeypatch):
    monkeypatch.setenv("EQUIPOISE_DATABASE_URL", "postgresql://me:correct-horse@host/name")
    settings = Settings()
    assert settings.database_url.get_secret_value().endswith("correct-horse@host/name")
    assert "correct-horse" not in f"{settings!r} {settings} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    "bad",
    [
        {"port": -1},
        {"port": 65_536},
        {"guest_days": 0},
        {"secret_key": "x" * 31},
        {"secret_key": "  " + "x" * 31 + "\n"},
        {"secret_key": ""},
        {"public_address": "tutor.example.edu"},
        {"public_address": "https://tutor.example.edu/equipoise"},
        {"framed_by": "moodle.example.edu"},
        {"framed_by": "https://moodle.example.edu; script-src *"},
        {"trusted_proxies": "*"},
        {"trusted_proxies": "proxy.school.example"},
        {"trusted_proxies": "10.0.0.1/24"},
    ],
)
def test_a_setting_out_of_range_is_refused(bad):
    with pytest.raises(ValidationError):
        Settings(**bad)


def test_the_secret_is_made_once_and_kept(tmp_path):
    first = Settings(home=tmp_path / "home").secret()
    assert len(first) >= 48
    assert Settings(home=tmp_path / "home").secret() == first
    assert Settings(home=tmp_path / "other").secret() != first


def test_only_the_owner_may_read_the_secret(tmp_path):
    Settings(home=tmp_path).secret()
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_those_who_start_at_once_agree_on_the_secret(tmp_path):
    for n in range(20):
        home = tmp_path / str(n)
        with ThreadPoolExecutor(8) as pool:
            made = set(pool.map(lambda _, home=home: Settings(home=home).secret(), range(8)))
        assert len(made) == 1
        assert [path.name for path in home.iterdir()] == ["secret.key"]


def test_a_key_that_is_set_is_used_and_no_file_is_made(monkeypatch, tmp_path):
    monkeypatch.setenv("EQUIPOISE_SECRET_KEY", KEY + "\n")
    home = tmp_path / "home"
    assert Settings(home=home).secret() == KEY
    assert not home.exists()


def test_a_key_is_not_shown_with_the_settings_nor_when_it_is_refused():
    settings = Settings(secret_key=KEY)
    assert KEY not in f"{settings!r} {settings} {settings.model_dump_json()}"
    with pytest.raises(ValidationError) as refused:
        Settings(secret_key=KEY[:20])
    assert KEY[:20] not in str(refused.value)


def test_proxies_are_addresses_and_networks_or_none():
    assert Settings(trusted_proxies=" 10.0.0.7, fd00::/8 ").trusted_proxies == "10.0.0.7,fd00::/8"
    assert Settings(trusted_proxies="").trusted_proxies == ""
