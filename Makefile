# ICJS Gateway. Needs python3 >= 3.11 and make; everything else is set up in .venv by the first target that wants it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --custom-compile-command "make lock"
# More options for pytest, for instance: make test PYTEST_ARGS="-x -k receipt"
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup check test test-full chaos nation clients demo run bench goldens docs lock clean

help: ## Show what make can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Set up the environment in .venv

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "ICJS Gateway needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." \
			"Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml requirements/dev.txt | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	$(PIP) install --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@

check: setup ## Check format, lint, types, import rules and contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/icjs-gateway contracts check

test: setup ## Run the test suite
	$(BIN)/pytest -n 2 -m "not full and not chaos and not nation and not clients" $(PYTEST_ARGS)

test-full: setup ## Run the test suite with the exhaustive tests
	HYPOTHESIS_PROFILE=searching $(BIN)/pytest -n 2 -m "not chaos and not nation and not clients" $(PYTEST_ARGS)

chaos: setup ## Kill a running gateway again and again, and count what is left, for a quarter of an hour or more
	$(BIN)/pytest -m chaos $(PYTEST_ARGS)

nation: setup ## Play some 48,000 messages of whole cases through the gateway, for a quarter of an hour or more
	$(BIN)/pytest -m nation $(PYTEST_ARGS)

clients: setup ## Drive the gateway with real clients of PHP, Java, C#, Node, Perl and C++ (as root: installs them)
	-tests/clients/install
	$(BIN)/pytest -m clients tests/clients $(PYTEST_ARGS)

demo: setup ## Watch cases go through all five pillars, with trouble (DEMO_SECONDS=20 ends it)
	$(BIN)/icjs-gateway demo

run: setup ## Serve the gateway
	$(BIN)/icjs-gateway serve

bench: setup ## Run the benchmark suite
	$(BIN)/icjs-gateway bench

goldens: setup ## Write the golden files anew; read the difference before committing it
	$(BIN)/icjs-gateway contracts goldens
	$(BIN)/python -m tests.disclosure.tables

docs: setup ## Write the reference pages anew from the code, and quote the programs that pages show
	$(BIN)/python -m tests.docs.reference
	$(BIN)/python -m tests.docs.quoted

lock: | $(BIN)/python ## Pin the newest allowed versions, with hashes, in requirements/
	test -x $(BIN)/uv || $(PIP) install --quiet uv
	$(COMPILE) --upgrade pyproject.toml --output-file requirements/runtime.txt
	$(COMPILE) --upgrade pyproject.toml --extra dev --constraints requirements/runtime.txt --output-file requirements/dev.txt
	$(COMPILE) --upgrade --group build --constraints requirements/dev.txt --output-file requirements/build.txt

clean: ## Remove the environment and all caches
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
