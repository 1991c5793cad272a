# Two commands: `make start` and `make test`. The rest is for developers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
export OMP_NUM_THREADS ?= 1
export GRADIO_ANALYTICS_ENABLED ?= False

.PHONY: start test check bench build clean

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

test: $(VENV)/.tested
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.tested
	$(BIN)/python -m benchmarks

build: $(VENV)/.tested
	$(BIN)/python -m build --quiet

clean:
	rm -rf $(VENV) build dist
