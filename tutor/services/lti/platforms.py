"""Which learning platforms may send people here: an administrator's use cases."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tutor.core.access import Action
from tutor.errors import BadForm, BadInput, LaunchRefused, NotFound, SignedOut
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.identity import Identity
from tutor.services.accounts.typed_lines import read_line
from tutor.services.clock import now
from tutor.services.doctor.findings import Finding
from tutor.services.lti.addresses import origin_of, web_address
from tutor.store import platforms as store
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.platforms import Deployment, Platform

Form = Mapping[str, Any]
Probe = Callable[[Platform], Sequence[Finding]]
ADDRESSES = ("auth_url", "token_url", "jwks_url")
LONGEST_ID = 255
MOST_WAITING = 20
INVITATION, INVITED_FOR = "lti-invitation", timedelta(days=7)
_NOT_INVITED = (
    "This registration link has been used, or is older than a week. Ask an administrator of "
    "Equipoise for a new one."
)
ORIGINS_KEPT = timedelta(seconds=30)
_NO_PLATFORM = "There is no such learning platform here. Choose one from the list."
_TAKEN = "A platform with this issuer and client ID is registered already. Change that one instead."


@dataclass(frozen=True)
class PlatformDetail:
    """A platform with its deployments, allowed or waiting."""

    platform: Platform
    deployments: tuple[Deployment, ...]


class Platforms:
    """Use cases of registrations; ``probe`` asks a platform's addresses.

    ``local``: addresses in private networks and without encryption may be registered.
    """

    def __init__(
        self,
        database: Database,
        access: Access,
        identity: Identity,
        clock: Callable[[], datetime] = now,
        probe: Probe = lambda _: (),
        local: bool = False,
    ) -> None:
        self._database = database
        self._access = access
        self._identity = identity
        self._now = clock
        self._probe = probe
        self._local = local
        self._origins: tuple[datetime, tuple[str, ...]] | None = None

    def everything(self, caller: Caller) -> tuple[PlatformDetail, ...]:
        """Every registered platform.

        Raises:
            Forbidden: the caller is no administrator.
        """
        self._access.require(caller, Action.MANAGE_PLATFORMS)
        with self._database.read() as connection:
            known = store.deployments(connection)
            return tuple(
                PlatformDetail(one, tuple(d for d in known if d.platform == one.id))
                for one in store.platforms(connection)
            )

    def register(self, caller: Caller, form: Form) -> Platform:
        """A new platform, as its own pages name it.

        ``deployment`` is the id of its first deployment, or empty: then the first launch from each
        waits for an administrator's word.

        Raises:
            Forbidden: the caller is no administrator. BadForm: fields that cannot be stored, all
                of them. BadInput: it is registered already.
        """
        self._access.require(caller, Action.MANAGE_PLATFORMS)
        made, deployment = self._new(form)
        with self._database.write(alone="lti-platforms") as connection:
            self._add(connection, made, deployment)
        self._origins = None
        return made

    def _new(self, form: Form) -> tuple[Platform, str]:
        """A platform as a form names it, and its first deployment."""
        wrong: dict[str, str] = {}
        made = replace(self._read(wrong, form), id=secrets.token_urlsafe(12), at=self._now())
        deployment = str(form.get("deployment") or "").strip()
        if len(deployment) > LONGEST_ID:
            wrong["deployment"] = f"Use at most {LONGEST_ID} characters."
        if wrong:
            raise BadForm(wrong)
        return made, deployment

    def _add(self, connection: Connection, made: Platform, deployment: str) -> None:
        self._check_new(connection, made)
        store.add_platform(connection, made)
        if deployment:
            store.note_deployment(connection, made.id, deployment, True, self._now())

    def invite(self, caller: Caller) -> str:
        """Leave for a platform to register itself, once within a week.

        Raises:
            Forbidden: the caller is no administrator.
        """
        self._access.require(caller, Action.MANAGE_PLATFORMS)
        return self._identity.seal(INVITATION, [secrets.token_urlsafe(12)])

    def check_invitation(self, sealed: str) -> str:
        """The digest of an invitation that is good.

        Raises:
            LaunchRefused: it is forged, too old, or used.
        """
        digest = hashlib.sha256(f"invitation/{sealed}".encode()).hexdigest()
        try:
            self._identity.unseal(INVITATION, sealed, int(INVITED_FOR.total_seconds()))
        except SignedOut:
            raise LaunchRefused(_NOT_INVITED) from None
        with self._database.read() as connection:
            if store.is_used(connection, digest):
                raise LaunchRefused(_NOT_INVITED)
        return digest

    def register_invited(self, sealed: str, form: Form) -> Platform:
        """A platform that registers itself by an administrator's invitation, which is used up.

        Raises:
            LaunchRefused: the invitation is not good, or what the platform says of itself cannot
                be stored.
        """
        digest = self.check_invitation(sealed)
        try:
            made, deployment = self._new(form)
            with self._database.write(alone="lti-platforms") as connection:
                if not store.use_nonce(connection, digest, self._now() + INVITED_FOR, self._now()):
                    raise LaunchRefused(_NOT_INVITED)
                self._add(connection, made, deployment)
        except BadInput as error:
            told = " ".join(error.errors.values())
            raise LaunchRefused(f"The platform cannot be registered. {told}") from None
        self._origins = None
        return made

    def change(self, caller: Caller, platform: str, form: Form) -> Platform:
        """Other names or addresses of a platform.

        Raises:
            Forbidden: the caller is no administrator. NotFound: no such platform. BadForm: fields
                that cannot be stored. BadInput: another platform has that issuer and client ID.
        """
        self._access.require(caller, Action.MANAGE_PLATFORMS)
        wrong: dict[str, str] = {}
        typed = self._read(wrong, form)
        with self._database.write(alone="lti-platforms") as connection:
            before = _found(connection, platform)
            if wrong:
                raise BadForm(wrong)
            made = replace(typed, id=before.id, at=before.at)
            self._check_new(connection, made)
            store.change_platform(connection, made)
        self._origins = None
        return made

    def allow(self, caller: Caller, platform: str, deployment: str, allowed: bool = True) -> None:
        """Accept launches from a deployment, or no more.

        Raises:
            Forbidden: the caller is no administrator. NotFound: no such deployment.
        """
        self._access.require(caller, Action.MANAGE_PLATFORMS)
        with self._database.write() as connection:
            if not store.allow_deployment(connection, platform, deployment, allowed):
                raise NotFound("There is no such deployment. Reload the page.")

    def remove(self, caller: Caller, platform: str, confirmed: str) -> None:
        """End a registration. Classes and work stay; nobody comes from that platform any more.

        Raises:
            Forbidden: the caller is no administrator. NotFound: no such platform. BadInput: its
                name was not typed as it is.
        """
        self._access.require(caller, Action.MANAGE_PLATFORMS)
        with self._database.write() as connection:
            found = _found(connection, platform)
            if confirmed.strip() != found.name:
                raise BadInput("confirm", "Type the name of the platform exactly, to be sure.")
            store.delete_platform(connection, platform)
        self._origins = None

    def test(self, caller: Caller, platform: str) -> tuple[Platform, tuple[Finding, ...]]:
        """Ask a platform's addresses now, and say how each answered.

        Raises:
            Forbidden: the caller is no administrator. NotFound: no such platform.
        """
        self._access.require(caller, Action.MANAGE_PLATFORMS)
        with self._database.read() as connection:
            found = _found(connection, platform)
        return found, tuple(self._probe(found))

    def of_message(self, issuer: str, client_id: str) -> Platform:
        """The platform that a message names; ``client_id`` may be empty if only one has the issuer.

        Raises:
            LaunchRefused: none is registered, or several are and the message does not say which.
        """
        with self._database.read() as connection:
            known = store.platforms_of_issuer(connection, issuer[:LONGEST_ID])
        fitting = [one for one in known if client_id in ("", one.client_id)]
        if len(fitting) != 1:
            raise LaunchRefused(
                "This learning platform is not registered here. Ask an administrator of Equipoise "
                "to register it."
            )
        return fitting[0]

    def by_id(self, platform: str) -> Platform:
        """A platform by our own id of it, which a sealed state holds.

        Raises:
            LaunchRefused: it is registered no more.
        """
        with self._database.read() as connection:
            found = store.find_platform(connection, platform)
        if found is None:
            raise LaunchRefused("This learning platform is not registered here any more.")
        return found

    def check_deployment(self, platform: Platform, deployment: str) -> None:
        """Refuse a deployment that no administrator has allowed; it is noted, so that they can.

        Raises:
            LaunchRefused: it is not allowed.
        """
        with self._database.read() as connection:
            if store.is_allowed(connection, platform.id, deployment):
                return
        with self._database.write(alone="lti-platforms") as connection:
            if store.waiting_deployments(connection, platform.id) < MOST_WAITING:
                store.note_deployment(connection, platform.id, deployment, False, self._now())
        raise LaunchRefused(
            "This course’s platform is registered, but this deployment of it has not been allowed "
            "yet. Ask an administrator of Equipoise to allow it under “Learning platforms”."
        )

    def origins(self) -> tuple[str, ...]:
        """Where the pages of registered platforms are, which may show ours in a frame.

        Read anew at most every thirty seconds: every page says it.
        """
        at = self._now()
        if self._origins is None or at - self._origins[0] > ORIGINS_KEPT:
            with self._database.read() as connection:
                known = store.platforms(connection)
            every = {
                origin_of(address)
                for one in known
                for address in (one.issuer, one.auth_url, *one.frames)
            }
            self._origins = at, tuple(sorted(every - {""}))
        return self._origins[1]

    def _check_new(self, connection: Connection, made: Platform) -> None:
        for one in store.platforms_of_issuer(connection, made.issuer):
            if one.client_id == made.client_id and one.id != made.id:
                raise BadInput("client_id", _TAKEN)

    def _read(self, wrong: dict[str, str], form: Form) -> Platform:
        def line(field: str, missing: str) -> str:
            typed = read_line(wrong, field, str(form.get(field) or ""), missing)
            if len(typed) > LONGEST_ID:
                wrong[field] = f"Use at most {LONGEST_ID} characters."
            return typed

        def address(field: str, typed: str) -> str:
            try:
                return web_address(field, typed, self._local)
            except BadInput as error:
                wrong.update(error.errors)
                return ""

        name = line("name", "Type a name, such as “Moodle of the medical school”.")
        issuer = line("issuer", "Type the issuer (platform ID).")
        if issuer and not wrong.get("issuer"):
            address("issuer", issuer)
        client = line("client_id", "Type the client ID.")
        auth, token, jwks = (address(field, str(form.get(field) or "")) for field in ADDRESSES)
        typed = str(form.get("frames") or "").replace(",", " ").split()
        frames = [origin_of(address("frames", one)) for one in typed]
        if len(frames) > 10:
            wrong["frames"] = "Type at most 10 addresses."
        kept = tuple(filter(None, frames))
        return Platform("", name, issuer, client, auth, token, jwks, kept, self._now())


def _found(connection: Connection, platform: str) -> Platform:
    found = store.find_platform(connection, platform) if platform.isascii() else None
    if found is None:
        raise NotFound(_NO_PLATFORM)
    return found
