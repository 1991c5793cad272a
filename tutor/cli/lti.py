"""The part that speaks LTI, where its extra is installed."""

from __future__ import annotations

from importlib.util import find_spec

from tutor.services.lti.side import WITHOUT_LTI, LtiSide


def lti_side(local: bool) -> LtiSide:
    """What speaks LTI; nothing does where the extra ``lti`` is not installed."""
    if not (find_spec("jwt") and find_spec("cryptography")):
        return WITHOUT_LTI
    from tutor.lti.side import Lti

    return Lti(local)
