"""A learning platform (LMS) for the tests, with keys of its own, served over real HTTP.

It shares no code with the tool, signs by hand, and is strict where platforms in the wild are not:
whatever the tool sends that the specifications of 1EdTech do not allow is refused.
"""

from __future__ import annotations

import base64
import html
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.web.serving import served

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
TEACHER, STUDENT = f"{ROLE}Instructor", f"{ROLE}Learner"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def packed(value: Any) -> str:
    return b64(json.dumps(value).encode())


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Key:
    """A key of a platform."""

    def __init__(self, kid: str, bits: int = 2048) -> None:
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65_537, key_size=bits)

    def jwk(self) -> dict[str, str]:
        told = self.private.public_key().public_numbers()
        numbers = {"n": number(told.n), "e": number(told.e)}
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, **numbers}

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        head = {"alg": "RS256", "typ": "JWT", "kid": self.kid, **header}
        said = f"{packed({k: v for k, v in head.items() if v is not None})}.{packed(dict(claims))}"
        signature = self.private.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{said}.{b64(signature)}"


class LearningPlatform:
    """A platform: its people, its courses, and what it has been asked."""

    def __init__(self, client_id: str = "tool-1", deployment: str = "dep-1") -> None:
        self.base = ""
        self.client_id = client_id
        self.deployment = deployment
        self.redirects: set[str] = set()
        self.keys = [Key("first")]
        self.people: dict[str, dict[str, Any]] = {}
        self.links: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.applications: list[dict[str, Any]] = []
        self.configuration: dict[str, Any] = {}
        self.app = Starlette(
            routes=[
                Route("/jwks", self._jwks),
                Route("/auth", self._auth, methods=["GET", "POST"]),
                Route("/frame", self._frame),
                Route("/return", self._return, methods=["POST"]),
                Route("/configuration", self._configuration),
                Route("/registrations", self._registrations, methods=["POST"]),
            ]
        )

    @contextmanager
    def running(self) -> Iterator[LearningPlatform]:
        with served(self.app) as base:
            self.base = base
            yield self

    def person(self, subject: str, *roles: str, **more: Any) -> str:
        self.people[subject] = {f"{LTI}roles": list(roles), **more}
        return subject

    def link(self, id_: str = "link-1", course: str = "course-1", **more: Any) -> str:
        """A link in a course; ``more`` are claims that its launches carry."""
        self.links[id_] = {
            f"{LTI}resource_link": {"id": id_},
            f"{LTI}context": {"id": course, "title": "Diagnosis, year three"},
            **more,
        }
        return id_

    def selection(self, id_: str, **more: Any) -> str:
        """What a teacher clicks to add a link; ``more`` are settings, None leaves one out."""
        settings = {
            "deep_link_return_url": f"{self.base}/return",
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe", "window"],
            **more,
        }
        self.link(id_)
        del self.links[id_][f"{LTI}resource_link"]
        self.links[id_] |= {
            f"{LTI}message_type": "LtiDeepLinkingRequest",
            f"{DL}deep_linking_settings": {k: v for k, v in settings.items() if v is not None},
        }
        return id_

    def verified(self, token: str, keys: list[dict[str, str]]) -> dict[str, Any]:
        """The claims of a token that the tool signed with one of its published keys."""
        head, body, signature = token.split(".")
        header = json.loads(unpacked(head))
        (key,) = [one for one in keys if one["kid"] == header["kid"]]
        numbers = (int.from_bytes(unpacked(key[name]), "big") for name in ("e", "n"))
        public = rsa.RSAPublicNumbers(*numbers).public_key()
        said = f"{head}.{body}".encode()
        public.verify(unpacked(signature), said, padding.PKCS1v15(), hashes.SHA256())
        assert header["alg"] == "RS256"
        claims: dict[str, Any] = json.loads(unpacked(body))
        return claims

    def registration(self, **more: str) -> dict[str, str]:
        """What an administrator types into the tool."""
        return {
            "name": "Moodle of the school",
            "issuer": self.base,
            "client_id": self.client_id,
            "auth_url": f"{self.base}/auth",
            "token_url": f"{self.base}/token",
            "jwks_url": f"{self.base}/jwks",
            "deployment": self.deployment,
            **more,
        }

    def initiation(self, who: str, link: str, tool: str, **more: str) -> dict[str, str]:
        """What the platform sends to the tool's login address."""
        return {
            "iss": self.base,
            "login_hint": who,
            "target_link_uri": f"{tool}/lti/launch",
            "lti_message_hint": link,
            "client_id": self.client_id,
            **more,
        }

    def claims(self, who: str, link: str, tool: str, nonce: str) -> dict[str, Any]:
        """A message, as it is signed."""
        at = int(time.time())
        return {
            "iss": self.base,
            "aud": self.client_id,
            "sub": who,
            "iat": at,
            "exp": at + 300,
            "nonce": nonce,
            f"{LTI}version": "1.3.0",
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}deployment_id": self.deployment,
            f"{LTI}target_link_uri": f"{tool}/lti/launch",
            **self.people[who],
            **self.links[link],
        }

    async def _jwks(self, request: Request) -> Response:
        self.asked.append("jwks")
        return JSONResponse({"keys": [key.jwk() for key in self.keys]})

    async def _auth(self, request: Request) -> Response:
        """The authentication request: every parameter as Security Framework 5.1.1.2 wants it."""
        said = dict(await request.form() if request.method == "POST" else request.query_params)
        wanted = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": self.client_id,
        }
        wrong = [name for name, value in wanted.items() if said.get(name) != value]
        wrong += [name for name in ("state", "nonce", "login_hint") if not said.get(name)]
        if said.get("redirect_uri") not in self.redirects:
            wrong.append("redirect_uri")
        if wrong:
            return PlainTextResponse(f"wrong: {', '.join(wrong)}", 400)
        tool = str(said["redirect_uri"]).removesuffix("/lti/launch")
        who, link = str(said["login_hint"]), str(said["lti_message_hint"])
        claims = self.claims(who, link, tool, str(said["nonce"]))
        fields = {"id_token": self.keys[-1].sign(claims), "state": str(said["state"])}
        return HTMLResponse(form(str(said["redirect_uri"]), fields))

    async def _configuration(self, request: Request) -> Response:
        """What the platform says of itself; a test may change some of it, or leave it out."""
        self.asked.append("configuration")
        told = {
            "issuer": self.base,
            "authorization_endpoint": f"{self.base}/auth",
            "token_endpoint": f"{self.base}/token",
            "jwks_uri": f"{self.base}/jwks",
            "registration_endpoint": f"{self.base}/registrations",
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": "honest",
                "version": "1",
            },
            **self.configuration,
        }
        return JSONResponse({name: value for name, value in told.items() if value is not None})

    async def _registrations(self, request: Request) -> Response:
        """A tool registers itself, with the token that it was given, and all that is needed."""
        if request.headers.get("authorization") != "Bearer once":
            return JSONResponse({"error": "invalid_token"}, 401)
        said = await request.json()
        of_tool = said["https://purl.imsglobal.org/spec/lti-tool-configuration"]
        needed = (said["initiate_login_uri"], said["jwks_uri"], of_tool["target_link_uri"])
        assert said["application_type"] == "web"
        assert said["response_types"] == ["id_token"]
        assert set(said["grant_types"]) == {"implicit", "client_credentials"}
        assert all(needed)
        assert of_tool["domain"] in said["redirect_uris"][0]
        self.applications.append(said)
        self.redirects |= set(said["redirect_uris"])
        self.client_id = "given-1"
        of_tool = {**of_tool, "deployment_id": self.deployment}
        given = {**said, "client_id": self.client_id}
        given["https://purl.imsglobal.org/spec/lti-tool-configuration"] = of_tool
        return JSONResponse(given, 201)

    async def _return(self, request: Request) -> Response:
        """Where the answer to a selection goes: one field, named as the specification wants."""
        said = await request.form()
        return PlainTextResponse("taken", 200 if list(said) == ["JWT"] else 400)

    async def _frame(self, request: Request) -> Response:
        """A course page that shows an address in a frame."""
        inner = html.escape(request.query_params["src"])
        style = "width:100%;height:90vh"
        return HTMLResponse(
            f'<!doctype html><title>LMS</title><iframe src="{inner}" style="{style}">'
        )


def form(action: str, fields: Mapping[str, str]) -> str:
    """A page that sends a form by itself."""
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )
    return (
        f'<!doctype html><form method="post" action="{html.escape(action)}">{inputs}</form>'
        "<script>document.forms[0].submit()</script>"
    )


def token_id() -> str:
    """An id that nobody else has."""
    return secrets.token_hex(8)


Forge = Callable[[dict[str, Any]], str]
