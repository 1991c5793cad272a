"""The base image from the distribution's packages, and ours on it, without a registry."""

from __future__ import annotations

import contextlib
import json
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from trial.commands import Failed, mb, run, timed

BASE, IMAGE = "localhost/equipoise-base", "localhost/equipoise"
PACKAGES = "python3,python3-venv,python-is-python3,ca-certificates,tzdata"
LAYERS = ("base", "user", "dependencies", "code and packs")


class Store:
    """Images and containers of buildah, in a folder of their own."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.driver = "overlay"
        try:
            self("info", limit=60)
        except Failed:
            self.driver = "vfs"

    def __call__(self, *words: object, limit: float) -> str:
        """Run buildah."""
        where = ("--root", self.work / "images", "--runroot", self.work / "run")
        return run("buildah", *where, "--storage-driver", self.driver, *words, limit=limit).strip()

    def image(self) -> dict[str, Any]:
        """What the image says of itself."""
        return dict(json.loads(self("inspect", "--type", "image", IMAGE, limit=60)))

    def layers(self) -> list[tuple[str, int]]:
        """Digest and size in bytes of each layer of the image, from the base up."""
        known = json.loads((self.work / "images" / f"{self.driver}-layers/layers.json").read_text())
        sizes = {one["diff-digest"]: int(one["diff-size"]) for one in known if "diff-size" in one}
        return [(one, sizes[one]) for one in self.image()["Docker"]["rootfs"]["diff_ids"]]


def package_mirror(suite: str) -> list[str]:
    """The address from which this machine's apt takes the suite, if it says one."""
    form = ("--format", "$(REPO_URI)", "Created-By: Packages", f"Codename: {suite}")
    with contextlib.suppress(Failed, FileNotFoundError):
        return run("apt-get", "indextargets", *form, limit=60).split()[:1]
    return []


def make_base(store: Store, given: Path | None) -> None:
    """An image of the distribution with Python, or of a root file system that is there already."""
    root = given or store.work / "base"
    if given is None:
        suite = platform.freedesktop_os_release()["VERSION_CODENAME"]
        chosen = ("--variant=minbase", f"--include={PACKAGES}", suite, root)
        run("debootstrap", *chosen, *package_mirror(suite), limit=900)
    tar = store.work / "base.tar"
    left_out = ("--exclude=./var/cache/apt/*", "--exclude=./var/lib/apt/lists/*")
    run("tar", "-C", root, *left_out, "-cf", tar, ".", limit=300)
    container = store("from", "scratch", limit=60)
    store("add", "--quiet", container, tar, "/", limit=300)
    store("commit", "--quiet", "--rm", container, BASE, limit=300)
    tar.unlink()
    if given is None:
        shutil.rmtree(root)


def pip_settings(work: Path) -> list[str]:
    """Options that let pip in the build take packages from where pip takes them here."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True
    ).stdout
    lines, mounts = ["[global]"], set[str]()
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        where, _, key = name.rpartition(".")
        if where not in ("global", ":env:", "install"):
            continue
        words = value.strip("'\"").replace("\\n", " ").split()
        lines.append(f"{key} = {' '.join(words)}")
        paths = [word.removeprefix("file://") for word in words]
        # An index in a folder names files that lie beside it.
        mounts |= {
            path.removesuffix("/simple")
            for path in paths
            if path.startswith("/") and Path(path).exists()
        }
    file = work / "pip.conf"
    # A key that is named twice keeps its last value.
    file.write_text("\n".join({one.split(" = ")[0]: one for one in lines}.values()) + "\n")
    volumes = [f"{path}:{path}:ro" for path in sorted(mounts)] + [f"{file}:/etc/pip.conf:ro"]
    return [word for one in volumes for word in ("--volume", one)]


def build_image(store: Store, context: Path) -> None:
    """Build deploy/Dockerfile on the base image; buildah's cache is used."""
    store(
        "build-using-dockerfile",
        *("--isolation", "chroot", "--format", "docker", "--layers", "--pull-never", "--quiet"),
        *("--build-arg", f"PYTHON_IMAGE={BASE}", *pip_settings(store.work)),
        *("--tag", IMAGE, "--file", context / "deploy/Dockerfile", context),
        limit=1200,
    )


def check_layers(store: Store, context: Path) -> None:
    """Say the layers; another line in the pack makes a new last layer and no other."""
    before = store.layers()
    for name, (_, size) in zip(LAYERS, before, strict=False):
        print(f"  layer of {name}: {mb(size)}")
    print(f"  image: {mb(sum(size for _, size in before))}")
    with timed("image again, after a change in a pack") as notes:
        with (context / "pack.toml").open("a", encoding="utf-8") as file:
            file.write("# one more line\n")
        build_image(store, context)
        after = store.layers()
        if len(before) != 4 or before[:3] != after[:3] or before[3][0] == after[3][0]:
            raise Failed(f"The layers are not shared: {before}, {after}.")
        notes.append(f"only the last layer is new, {mb(after[3][1])}")
