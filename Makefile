# Two commands: `make start` and `make test`. The rest is for developers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
export OMP_NUM_THREADS ?= 1
export GRADIO_ANALYTICS_ENABLED ?= False

.PHONY: start test system check docs audit bench hold build clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Equipoise needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

start: $(VENV)/.installed
	@$(BIN)/equipoise serve --port $(PORT)

# As root on Debian it installs with apt what the tests use and pip cannot bring.
system: $(VENV)/.tested
	@$(BIN)/python -m tests.system

test: system
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet tutor/web
	$(BIN)/djlint --quiet --check tutor/web
	@$(BIN)/python -m tests.prettier
	@$(BIN)/python -m tests.web_linters
	@$(BIN)/python -m tests.docs.site
	-@$(BIN)/python -m tests.audit

# The documentation as a site, in build/docs; a link that leads nowhere ends it.
docs: $(VENV)/.tested
	@$(BIN)/python -m tests.docs.site
	@echo The site is in build/docs/index.html

# Fails where a package that is installed has a known weakness; `make check` only says so.
audit: $(VENV)/.tested
	@$(BIN)/python -m tests.audit

# `make bench pages reveal` measures those alone.
ifeq (bench,$(firstword $(MAKECMDGOALS)))
NAMED := $(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS))
$(filter-out start test system check docs audit hold build clean,$(NAMED)): ; @:
endif
bench: system
	$(BIN)/python -m benchmarks $(NAMED)

# Crashes, faults, leaks, abuse and load in their long form, for about two hours: a line for each,
# and one at the end. `make hold SCALE=0.1` is shorter, and says so. Run it as root, which may mount
# a disk that is too small.
SCALE ?= 1
hold: system
	@$(BIN)/python -m tests.harness hold --scale $(SCALE)

build: $(VENV)/.tested
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[release]'
	$(BIN)/python -m build --quiet
	$(BIN)/python -m tests.release

clean:
	rm -rf $(VENV) build dist
