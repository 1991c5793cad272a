"""Licences as SPDX names them (https://spdx.org/licenses): those that packs use."""

from __future__ import annotations

import re
from difflib import get_close_matches

_CREATIVE = ("BY", "BY-NC", "BY-NC-ND", "BY-NC-SA", "BY-ND", "BY-SA")
KNOWN = frozenset(
    {
        *(f"CC-{kind}-{version}" for kind in _CREATIVE for version in ("2.0", "2.5", "3.0", "4.0")),
        "CC0-1.0", "CC-PDDC", "PDDL-1.0", "ODbL-1.0", "ODC-By-1.0", "CDLA-Permissive-1.0",
        "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "OGL-UK-3.0", "OGL-Canada-2.0", "etalab-2.0",
        "DL-DE-BY-2.0", "DL-DE-ZERO-2.0", "GFDL-1.3-only", "GFDL-1.3-or-later", "MIT", "MIT-0",
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Unlicense", "Zlib",
        "MPL-2.0", "EUPL-1.2", "EPL-2.0", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only",
        "GPL-3.0-or-later", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only",
        "LGPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later", "Artistic-2.0", "BSL-1.0",
        "PostgreSQL", "Python-2.0", "W3C", "LicenseRef-PhysioNet-1.5",
    }
)  # fmt: skip
_OWN = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")


def licence_problem(said: str) -> tuple[str, str] | None:
    """What is wrong with a licence as written, and what to write; None if nothing is.

    Several may be joined by AND and OR, in parentheses; one of your own is ``LicenseRef-Name``.
    """
    names = [name for name in re.split(r"[()\s]+", said) if name not in ("", "AND", "OR")]
    unknown = [name for name in names if name not in KNOWN and not _OWN.fullmatch(name)]
    if names and not unknown:
        return None
    plain = re.sub(r"[\s_]+", "-", said.strip()).replace("BY-v", "BY-")
    near = get_close_matches(plain.upper(), {name.upper(): name for name in KNOWN}, 1, 0.75)
    spelled = {name.upper(): name for name in KNOWN}
    guess = f"Did you mean {spelled[near[0]]}? " if near else ""
    return (
        f"{said!r} is not a licence that SPDX names.",
        f"{guess}Write its SPDX identifier, as CC-BY-4.0, or LicenseRef- and a name of your own.",
    )
