"""What is wanted of other packages, what is known of them, and what a release says."""

from __future__ import annotations

import hashlib
import re
import tomllib
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

from tests import audit, release
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
WANTED = [*PROJECT["dependencies"], *EXTRAS["postgres"], *EXTRAS["lti"]]


@pytest.mark.parametrize("text", WANTED)
def test_the_next_major_version_of_a_package_is_not_taken_untried(text):
    wanted = Requirement(text)
    assert any(one.operator == "<" for one in wanted.specifier)
    assert wanted.specifier.contains(version(wanted.name))


FOUND = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "c", "version": "3", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "said", "bad"),
    [
        ([FOUND], "without a known weakness: 1.", False),
        ([FOUND, UNKNOWN], "weakness: 1; not in the list: 1.", False),
        ([FOUND, WEAK], "b 2: CVE-1, mended in 2.1", True),
        ([UNKNOWN], "AUDIT LEFT OUT", False),
        ([], "AUDIT LEFT OUT", False),
    ],
    ids=["well", "one unknown", "weak", "nothing known", "not reached"],
)
def test_an_audit_says_what_it_found_and_what_it_did_not(packages, said, bad):
    told, is_bad = audit.report(packages)
    assert (said in told, is_bad) == (True, bad)


def test_constraints_name_versions_and_no_address():
    lines = release.constraints().splitlines()
    assert f"numpy=={version('numpy')}" in lines
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.+!-]+", line)] == []


def test_every_file_of_a_release_has_its_digest(tmp_path):
    (tmp_path / "a.whl").write_bytes(b"wheel")
    (tmp_path / release.SUMS).write_text("old")
    assert release.sums(tmp_path) == f"{hashlib.sha256(b'wheel').hexdigest()}  a.whl\n"
