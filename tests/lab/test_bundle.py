"""A bundle is whole or it is nothing: what a killed build left behind is built again."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import SMALL
from tests.warm import WARM
from tutor.content.loading import load
from tutor.errors import BuildError, NotFound
from tutor.lab.build import build, missing
from tutor.lab.bundle import (
    KEPT,
    MANIFEST,
    STAGES,
    WHOLE,
    Bundle,
    _matches,
    find,
    is_complete,
    keep_texts,
    write,
)

FILES = (*(f"{name}.json" for name in WHOLE), *(f"{name}.lines" for name in STAGES), MANIFEST, KEPT)


def killed_build(root: Path, step: str, most: int) -> None:
    """Build the small pack; end at ``step``, or in a write of more than ``most`` bytes after it."""

    def progress(heard: str) -> None:
        if heard == step and not most:
            os.kill(os.getpid(), signal.SIGKILL)
        if heard == step:
            # The kernel kills this process in the write that passes the limit.
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    list(build(load(SMALL)[0], root, progress))


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.fixture
def copied(bundles, tmp_path, exercise):
    """A bundle of one's own to harm."""
    shutil.copytree(bundles, tmp_path / "bundles")
    return tmp_path / "bundles" / exercise.fingerprint


@pytest.mark.parametrize(
    ("step", "share", "by"),
    [
        ("train", 0, signal.SIGKILL),
        ("explain", 0, signal.SIGKILL),
        ("draw", 0.5, signal.SIGXFSZ),
        ("draw", 0.99, signal.SIGXFSZ),
    ],
    ids=["training", "explaining", "writing", "writing the longest file"],
)
def test_a_killed_build_is_not_complete_and_is_built_again(
    small_pack, bundles, exercise, tmp_path, step, share, by
):
    whole = contents(bundles / exercise.fingerprint)
    most = int(share * max(len(data) for data in whole.values()))
    root = tmp_path / "bundles"
    killed = WARM.Process(target=killed_build, args=(root, step, most))
    killed.start()
    killed.join(120)
    assert killed.exitcode == -by
    assert bool(share) == (root.exists() and any(root.rglob("cards.json")))
    assert not is_complete(root / exercise.fingerprint)
    assert missing(small_pack, root) == [exercise]
    (rebuilt,) = build(small_pack, root, lambda _: None)
    assert rebuilt.problem is None
    assert contents(rebuilt.directory) == whole


@pytest.mark.parametrize("name", FILES)
class TestEachFile:
    def test_deleted(self, copied, name):
        (copied / name).unlink()
        assert not is_complete(copied)

    def test_cut_short(self, copied, name):
        data = (copied / name).read_bytes()
        (copied / name).write_bytes(data[: len(data) // 2])
        assert not is_complete(copied)

    def test_altered(self, copied, name):
        data = (copied / name).read_bytes()
        (copied / name).write_bytes(data.replace(b"0", b"1", 1))
        assert not is_complete(copied)


@pytest.mark.parametrize("manifest", ["", "{}", "[]", "null", "7", '{"cards":'])
def test_a_manifest_that_is_none_is_not_complete(copied, manifest):
    (copied / MANIFEST).write_text(manifest)
    assert not is_complete(copied)


def test_a_directory_that_is_not_there_is_not_complete(tmp_path):
    assert not is_complete(tmp_path / "nowhere")


def test_an_empty_directory_is_not_complete(tmp_path):
    assert not is_complete(tmp_path)


def test_a_damaged_bundle_is_replaced(copied, small_pack, bundle):
    (copied / "revealed.lines").write_text("{}")
    (built,) = build(small_pack, copied.parent, lambda _: None)
    assert built.problem is None
    assert contents(built.directory) == contents(bundle.directory)


def test_reading_a_damaged_bundle_says_what_to_do(copied):
    (copied / "revealed.lines").write_text("{")
    with pytest.raises(BuildError, match="equipoise build"):
        _ = Bundle(copied).revealed


def test_builds_that_finish_at_once_do_not_trip_over_each_other(bundle, tmp_path):
    parts = {name: dict(getattr(bundle, name)) for name in STAGES}
    parts |= {name: json.loads((bundle.directory / f"{name}.json").read_text()) for name in WHOLE}
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: write(tmp_path, "f" * 24, parts), range(24)))
    assert set(done) == {tmp_path / ("f" * 24)}
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == [done[0]]
    assert is_complete(done[0])


def test_each_stage_is_read_from_a_file_of_its_own(copied):
    for name in ("revealed.lines", "closed.lines", "cards.json", "evidence.json"):
        (copied / name).unlink()
    assert len(Bundle(copied).shown) == 120 + 12 + 72 + 7


def test_a_bundle_of_an_earlier_version_has_no_patients_for_assignments_alone(bundle, tmp_path):
    stages = {name: dict(getattr(bundle, name)) for name in STAGES}
    cards = json.loads((bundle.directory / "cards.json").read_bytes())
    old = write(tmp_path, "old", {"cards": cards, "evidence": dict(bundle.evidence), **stages})
    assert is_complete(old)
    assert (Bundle(old).cards, Bundle(old).assessment) == (bundle.cards, ())


def test_nothing_of_a_later_stage_is_in_the_file_of_the_first(bundle):
    later = {"probability", "share", "present", "touched", "twin"}
    assert not later & set(keys(dict(bundle.shown))) - set(bundle.shown)
    assert later <= set(keys([dict(bundle.revealed), dict(bundle.closed)]))


def keys(value):
    """Every key anywhere in a JSON value."""
    if isinstance(value, dict):
        return [*value, *(k for inner in value.values() for k in keys(inner))]
    return [k for inner in value for k in keys(inner)] if isinstance(value, list) else []


def test_a_bundle_keeps_the_exercise_as_it_was_built(bundle, exercise):
    assert bundle.exercise == replace(exercise, folder=Path("throat"), model_file=Path("model.py"))


def test_a_corrected_text_is_kept_and_the_bundle_stays_whole(copied, exercise):
    before = contents(copied)
    corrected = replace(exercise, texts=replace(exercise.texts, debrief="Corrected."))
    keep_texts(copied.parent, corrected)
    assert is_complete(copied)
    assert Bundle(copied).exercise.texts.debrief == "Corrected."
    after = contents(copied)
    assert {name for name in after if after[name] != before.get(name)} == {KEPT, MANIFEST}


def test_texts_that_are_kept_already_are_not_written_again(copied, exercise):
    before = {path: path.stat().st_mtime_ns for path in copied.iterdir()}
    keep_texts(copied.parent, exercise)
    assert {path: path.stat().st_mtime_ns for path in copied.iterdir()} == before


@pytest.mark.parametrize("case", ["000000000000", ""])
def test_a_case_that_is_not_in_the_bank_is_not_found(copied, case):
    with pytest.raises(NotFound):
        find(Bundle(copied).shown, case)


def test_a_case_is_itself_whichever_was_read_before(bundle, copied):
    cases, stage = list(bundle.revealed)[:3], Bundle(copied).revealed
    alone = {case: dict(Bundle(copied).revealed[case]) for case in cases}
    for case in (*cases, *cases[::-1], cases[0]):
        assert stage[case] == alone[case]


def test_what_was_found_whole_is_read_again_only_once_it_changes(copied, monkeypatch):
    """Also where its size and time of writing are as they were."""
    assert is_complete(copied)
    _matches.cache_clear()
    with monkeypatch.context() as unread:
        unread.setattr("tutor.lab.bundle._checksum", None)
        assert is_complete(copied)
    file = copied / "evidence.json"
    before = file.stat()
    file.write_bytes(b" " * before.st_size)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    _matches.cache_clear()
    assert not is_complete(copied)
