# Needs Python 3.11+ with venv and pip, and make. Another Python: make test PYTHON=python3.12
PYTHON ?= python3
# Processes that share the tests; 0 runs them in one.
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

install: $(RUNTIME) ## make the environment in .venv

demo: $(RUNTIME) ## start the demo on http://127.0.0.1:8080
	@exec $(BIN)/regulars demo

test: $(DEV) ## run the tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(DEV) ## check format, lint, types and import layers
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV) ## run the benchmarks and print ratios
	$(BIN)/python -m benchmarks $(ARGS)

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit("Regulars needs Python 3.11 or newer: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear $(VENV)

$(RUNTIME): requirements/runtime.txt pyproject.toml | $(BIN)/pip
	@echo "Installing what Regulars needs into $(VENV): a minute or two, once"
	@$(PIP) install --require-hashes --requirement $<
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Holds the runtime's versions too, so that one install serves both.
$(DEV): requirements/dev.txt pyproject.toml | $(BIN)/pip
	@echo "Installing what Regulars and its tests need into $(VENV): a minute or two, once"
	@$(PIP) install --require-hashes --requirement $<
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(RUNTIME)
