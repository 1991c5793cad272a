"""Our keys: made, published as a key set, and used to sign."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from tutor.services.lti.key_ring import KeyRing, StoredKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

BITS = 2048


class Keys:
    """The keys of a key ring, opened.

    What opens them takes nine megabytes, so it is imported where it is used: a server without
    platforms does without.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._password = ring.password.encode()
        self._opened: dict[str, RSAPrivateKey | None] = {}

    def key_set(self) -> dict[str, Any]:
        """The public keys, as platforms fetch them (RFC 7517)."""
        return {"keys": [self._public(key) for key in self._published()]}

    def public_pem(self) -> str:
        """The public key that signs now, for a platform that wants to be given it."""
        from cryptography.hazmat.primitives import serialization

        opened = self._open(self._ring.signing(self._published()).pem)
        assert opened is not None  # what is published can be read
        kind, form = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.Encoding.PEM
        return opened.public_key().public_bytes(form, kind).decode()

    def sign(self, claims: dict[str, Any]) -> str:
        """Claims as a signed token (RS256)."""
        import jwt

        key = self._ring.signing(self._published())
        opened = self._open(key.pem)
        assert opened is not None
        return jwt.encode(claims, opened, algorithm="RS256", headers={"kid": key.id})

    def _published(self) -> tuple[StoredKey, ...]:
        return self._ring.published(self._made, lambda pem: self._open(pem) is not None)

    def _made(self) -> tuple[str, str]:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

        key = generate_private_key(public_exponent=65_537, key_size=BITS)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(self._password),
        ).decode()
        self._opened[pem] = key
        return secrets.token_urlsafe(12), pem

    def _open(self, pem: str) -> RSAPrivateKey | None:
        """A private key; None where it was encrypted under another secret."""
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

        if pem not in self._opened:
            try:
                found = serialization.load_pem_private_key(pem.encode(), self._password)
            except ValueError:
                found = None
            self._opened[pem] = found if isinstance(found, RSAPrivateKey) else None
        return self._opened[pem]

    def _public(self, key: StoredKey) -> dict[str, Any]:
        from jwt.algorithms import RSAAlgorithm

        opened = self._open(key.pem)
        assert opened is not None
        told: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(opened.public_key()))
        told.pop("key_ops", None)
        return {**told, "kid": key.id, "alg": "RS256", "use": "sig"}
