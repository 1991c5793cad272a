"""The signed token of a launch: verified before anything in it is believed.

By "Security Framework" 1.0 of 1EdTech, section 5.1.3, and OpenID Connect Core, section 3.1.3.7.
"""

from __future__ import annotations

from typing import Any

from tutor.errors import LaunchRefused
from tutor.lti.key_sets import KeySets
from tutor.store.platforms import Platform

LEEWAY = 180  # seconds by which a platform's clock may differ
OLDEST = 3_600  # seconds since a token was made
LONGEST = 100_000
REQUIRED = ["iss", "aud", "sub", "exp", "iat", "nonce"]
_AGAIN = "Go back to the course and open the link again."
_NONE = f"The learning platform’s message cannot be read. {_AGAIN}"
_UNSIGNED = f"This launch is not signed by the learning platform. {_AGAIN}"
_TELL = "Tell an administrator of the learning platform."


def verified(token: str, platform: Platform, keys: KeySets, now: float) -> dict[str, Any]:
    """The claims of a token that a platform has signed for us.

    Raises:
        LaunchRefused: it is not signed by the platform with RS256; or it is for another tool, of
            another issuer, too old, or from the future. PlatformError: the platform's keys cannot
            be fetched.
    """
    import jwt  # nine megabytes, which a server without platforms does without

    key = keys.find(platform.jwks_url, _key_id(token))
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=platform.client_id,
            issuer=platform.issuer,
            leeway=LEEWAY,
            options={"require": REQUIRED},
        )
    except jwt.ExpiredSignatureError:
        raise LaunchRefused(f"This launch has expired. {_AGAIN} {_CLOCK}") from None
    except jwt.ImmatureSignatureError:
        raise LaunchRefused(f"This launch is dated in the future. {_CLOCK}") from None
    except jwt.InvalidAudienceError:
        raise LaunchRefused(f"This launch is meant for another tool. {_TELL}") from None
    except jwt.InvalidIssuerError:
        raise LaunchRefused(f"This launch names another platform. {_TELL}") from None
    except jwt.MissingRequiredClaimError as error:
        raise LaunchRefused(f"The launch lacks “{error.claim}”. {_TELL}") from None
    except jwt.PyJWTError:
        raise LaunchRefused(_UNSIGNED) from None
    _check_party(claims, platform)
    if now - float(claims["iat"]) > OLDEST + LEEWAY:
        raise LaunchRefused(f"This launch is too old. {_AGAIN}")
    return claims


_CLOCK = "If this comes back, the clock of one of the two servers is wrong: tell an administrator."


def _key_id(token: str) -> str:
    """The id of the key that signed; other words in the header on keys are not read."""
    if len(token) > LONGEST:
        raise LaunchRefused(_NONE)
    import jwt

    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise LaunchRefused(_NONE) from None
    if header.get("alg") != "RS256":
        raise LaunchRefused(_UNSIGNED)
    found = header.get("kid")
    if not isinstance(found, str) or not found:
        raise LaunchRefused(f"The launch does not name the key that signed it. {_TELL}")
    return found


def _check_party(claims: dict[str, Any], platform: Platform) -> None:
    """Of several audiences the authorised party must be us; and it is us wherever it is named."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    party = claims.get("azp", None if several else platform.client_id)
    if party != platform.client_id:
        raise LaunchRefused(f"This launch is meant for another tool. {_TELL}")
