"""Settings: rows of name, default and help, read from ``EQUIPOISE_*`` environment variables."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_KEY = 32
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?")
_SENDER = re.compile(r"[^\s@<>,;:\"]+@[A-Za-z0-9.-]+")
_PATH = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")


def _origin(address: str) -> str:
    plain = address.strip().rstrip("/").lower()
    if plain and not _ORIGIN.fullmatch(plain):
        raise PydanticCustomError(
            "no_origin", "write scheme and host without a path, like https://tutor.example.edu"
        )
    return plain


class OperatorLimits(BaseSettings):
    """What code of packs may use, where an operator allows more or less than the packs ask for."""

    model_config = SettingsConfigDict(env_prefix="EQUIPOISE_", frozen=True, extra="ignore")

    pack_seconds: int | None = Field(
        default=None,
        ge=1,
        description="How many seconds one exercise may take to build; else what its pack says.",
    )
    pack_memory: int | None = Field(
        default=None,
        ge=500,
        description="How many megabytes of memory a process with a pack's code may use; else what "
        "the pack says.",
    )


class Settings(OperatorLimits):
    """Everything an operator may set."""

    model_config = SettingsConfigDict(
        env_prefix="EQUIPOISE_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    home: Path = Field(
        default_factory=lambda: user_data_path("equipoise", appauthor=False),
        description="Where bundles, the database and the secret key are kept.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="A PostgreSQL database, postgresql://user:password@host/name; else SQLite.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Signs cookies, the same for all servers of one database; else a file's.",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=7860, ge=0, le=65535, description="The port to listen on.")
    root_path: str = Field(
        default="",
        description="The path before all addresses, where the server shares a host name: "
        "/equipoise.",
    )
    public_address: str = Field(
        default="",
        description="The scheme and host at which browsers reach the server: "
        "https://tutor.example.edu; else the one each request names.",
    )
    framed_by: str = Field(
        default="",
        description="Learning platforms that may show pages in a frame: addresses like "
        "https://moodle.example.edu, with commas between.",
    )
    lti_local: bool = Field(
        default=False,
        description="Whether learning platforms may be on this machine or in a private network, "
        "and reached without encryption; for a trial.",
    )
    guest_days: int = Field(
        default=365, ge=1, description="How long a guest's cookie is good for, in days."
    )
    commitments_per_minute: int = Field(
        default=8,
        ge=0,
        description="How many judgments a learner may commit in a minute, after 24 at any speed, "
        "and a hundred times that from one address; 0 is any number.",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description="Opens /metrics to whoever sends it as a bearer token; else there are none.",
    )
    secure_cookies: bool = Field(
        default=False, description="Send cookies over HTTPS only; set it behind TLS."
    )

    backups: Path | None = Field(
        default=None,
        description="The folder where backups are kept; `equipoise doctor` says how old the newest "
        "one is.",
    )

    smtp_host: str = Field(
        default="", description="The server that takes e-mails to people of a class; else none are."
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the way there is encrypted: starttls, tls from the first byte (port 465), "
        "or none.",
    )
    smtp_user: str = Field(default="", description="The name to sign in with there, if it asks.")
    smtp_password: SecretStr | None = Field(
        default=None, description="The password to sign in with there."
    )
    smtp_password_file: Path | None = Field(
        default=None, description="A file that holds that password, instead."
    )
    smtp_sender: str = Field(
        default="", description="The address e-mails come from: equipoise@example.edu."
    )

    packs: str = Field(
        default="",
        description="Packs to serve beside the built-in one: directories or names of installed "
        "packs, with commas between them.",
    )

    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Proxies whose word on a caller's address holds: addresses or networks, "
        "with commas between.",
    )

    @field_validator("secret_key", "metrics_token")
    @classmethod
    def _long_enough(cls, key: SecretStr | None) -> SecretStr | None:
        if key is None:
            return None
        said = key.get_secret_value().strip()
        if len(said) < SHORTEST_KEY:
            raise PydanticCustomError(
                "short_key",
                "it must be at least {shortest} characters long, or left out",
                {"shortest": SHORTEST_KEY},
            )
        return SecretStr(said)

    @field_validator("root_path")
    @classmethod
    def _a_path(cls, path: str) -> str:
        plain = path.strip().strip("/")
        if plain and not _PATH.fullmatch(plain):
            raise PydanticCustomError(
                "no_path",
                "write a path of letters, digits, hyphens and underscores, like /equipoise",
            )
        return f"/{plain}" if plain else ""

    @field_validator("smtp_sender")
    @classmethod
    def _a_sender(cls, address: str) -> str:
        plain = address.strip()
        if plain and not _SENDER.fullmatch(plain):
            raise PydanticCustomError("no_sender", "write one address, like equipoise@example.edu")
        return plain

    @field_validator("public_address")
    @classmethod
    def _an_origin(cls, address: str) -> str:
        return _origin(address)

    @field_validator("framed_by")
    @classmethod
    def _origins(cls, addresses: str) -> str:
        return ",".join(filter(None, map(_origin, addresses.split(","))))

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, proxies: str) -> str:
        named = [one.strip() for one in proxies.split(",") if one.strip()]
        try:
            for one in named:
                ip_network(one)
        except ValueError:
            raise PydanticCustomError(
                "no_address",
                "name addresses like 10.0.0.7 or networks like 10.0.0.0/24, with commas between",
            ) from None
        return ",".join(named)

    @property
    def pack_names(self) -> tuple[str, ...]:
        """The packs named in the settings."""
        return tuple(name.strip() for name in self.packs.split(",") if name.strip())

    @property
    def platforms(self) -> tuple[str, ...]:
        """The learning platforms that may show pages in a frame."""
        return tuple(filter(None, self.framed_by.split(",")))

    @property
    def bundles(self) -> Path:
        """Where built exercises lie."""
        return self.home / "bundles"

    @property
    def database(self) -> Path:
        """The SQLite database, used where no other is named."""
        return self.home / "equipoise.db"

    @property
    def database_address(self) -> str:
        """The address of the database that is used."""
        named = self.database_url
        return named.get_secret_value() if named else f"sqlite:///{self.database}"

    def secret(self) -> str:
        """The secret key that signs cookies: the one that is set, or else one of its own.

        That is made once and kept in the home, readable by the owner alone.
        """
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        path = self.home / "secret.key"
        self.home.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            draft = self.home / f".secret-{secrets.token_hex(8)}"
            # A link appears whole or not at all, and fails if another process was first.
            with os.fdopen(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
            ) as file:
                file.write(secrets.token_urlsafe(48))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text(encoding="ascii").strip()
