"""Do style sheets and scripts keep the usual rules? ``python -m tests.web_linters``.

Stylelint and ESLint with the rules that each recommends. They are npm's: installed once, beside
what pip installed, where node is there. Elsewhere one line says that nothing was checked. Nothing
of them is in the product.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

from tests.prettier import PLACE, QUIET, ROOT, WEB

BIN = PLACE / "lint" / "node_modules" / ".bin"
PACKAGES = ("stylelint@16", "stylelint-config-recommended@16", "eslint@9", "@eslint/js@9")
SKIPPED = "LINTERS: style sheets and scripts were not checked for faults: {why}."
# Rules are nested by page, and ordered by what they are about, not by how specific they are.
STYLE = {"extends": ["stylelint-config-recommended"], "rules": {"no-descending-specificity": None}}
SCRIPT = """import js from "@eslint/js";
import globals from "globals";
const known = { ...globals.browser, GRADIO: "readonly" };
export default [
  { ...js.configs.recommended, languageOptions: { sourceType: "script", globals: known } },
];
"""


def missing() -> str:
    """Why the linters cannot run here; empty if they can. Installs them at first."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node and npm are not installed"
    if not all((BIN / name).exists() for name in ("stylelint", "eslint")):
        place = PLACE / "lint"
        place.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", *QUIET, "--prefix", str(place), *PACKAGES]
        if subprocess.run(install, cwd=place, check=False).returncode:
            return "npm could not install Stylelint and ESLint"
    return ""


def scripts() -> list[tuple[str, str]]:
    """Each script as a browser gets it, by a name: the parts of one stand in one scope."""
    parts = sorted((WEB / "layout" / "static" / "scripts").glob("*.js"))
    others = [path for path in sorted(WEB.rglob("*.js")) if path not in parts]
    whole = ("equipoise.js", "".join(path.read_text(encoding="utf-8") for path in parts))
    return [whole, *((path.name, path.read_text(encoding="utf-8")) for path in others)]


def main() -> int:
    """Check; 0 where nothing is found, or nothing could be checked."""
    if why := missing():
        print(SKIPPED.format(why=why))
        return 0
    place = PLACE / "lint"
    (place / "style.json").write_text(json.dumps(STYLE), encoding="utf-8")
    (place / "script.mjs").write_text(SCRIPT, encoding="utf-8")
    style = [BIN / "stylelint", "--config", place / "style.json", *sorted(WEB.rglob("*.css"))]
    failed = bool(subprocess.run(style, cwd=ROOT, check=False).returncode)
    script = [BIN / "eslint", "--config", place / "script.mjs", "--stdin", "--stdin-filename"]
    for name, text in scripts():
        done = subprocess.run([*script, name], cwd=place, input=text, text=True, check=False)
        failed = failed or bool(done.returncode)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
