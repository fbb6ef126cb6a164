# Needs Python 3.11 or later and a package registry, nothing else. Choose a Python with: make PYTHON=python3.12 …
# Up to 3.13 redis-server comes with the packages; with a later Python it must be on the PATH.
PYTHON ?= $(shell for last in 13 99; do for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, $$last))" 2>/dev/null && echo $$p && exit; \
	done; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS ?=
# Test processes side by side, each with servers of its own; 0 runs all in one. One more than two cores keep busy:
# a part of every test is waiting.
PROCESSES ?= 3
# An environment that forbids to keep compiled modules, as container images do, has each start of a process
# compile some six hundred files again: a second of computing, and the tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install demo test test-unit test-integration test-acceptance test-chaos check format made workplace screenshots fuzz bench lock clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

install: $(STAMP) ## make .venv with the locked packages

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; name yours with: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the locked packages into $(VENV)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

demo: install ## everything on this machine, with no account anywhere; Ctrl-C stops it (ARGS="--port 9000")
	@.ci/system-packages $(BIN)/python || true
	@$(BIN)/gateway demo --samples $(ARGS)

test: install ## the whole test suite, or a part in one process (ARGS="-k window")
	@.ci/system-packages $(BIN)/python browser
ifeq ($(strip $(ARGS)),)
	@$(BIN)/python -m pytest --numprocesses $(PROCESSES) --no-loadscope-reorder
else
	@$(BIN)/python -m pytest $(ARGS)
endif

test-unit: install ## rules only, no I/O: seconds
	@$(BIN)/python -m pytest tests/unit $(ARGS)

test-integration: install ## with real MongoDB and Redis
	@.ci/system-packages $(BIN)/python
	@$(BIN)/python -m pytest tests/integration $(ARGS)

test-acceptance: install ## the real processes, the emulators, a browser
	@.ci/system-packages $(BIN)/python browser
	@$(BIN)/python -m pytest tests/acceptance $(ARGS)

test-chaos: install ## processes are killed under load, then all is counted
	@.ci/system-packages $(BIN)/python
	@$(BIN)/python -m pytest tests/chaos $(ARGS)

check: install ## format, lint (also JavaScript), types, import rules
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check .; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/oxlint --format unix
	@.ci/workplace check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

format: install ## put the code into its standard form
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

made: install ## write what is made from the code: tables in docs/, types and calls of the Python client
	@$(BIN)/python -m tests.made_files

workplace: install ## build the operators' page from gateway/workplace/ (its built files are part of the repository)
	@.ci/workplace build

screenshots: install ## take the pictures of README and docs/ from the demo
	@.ci/system-packages $(BIN)/python browser
	@$(BIN)/python -m tests.screenshots

fuzz: install ## requests made of the API's description, for some minutes (ARGS="--minutes 30 --seed 7")
	@.ci/system-packages $(BIN)/python
	@$(BIN)/python -m tests.fuzz $(ARGS)

bench: install ## the benchmarks, in one table
	@.ci/system-packages $(BIN)/python
	@$(BIN)/python -m bench $(ARGS)

lock: ## choose the newest packages that pyproject.toml allows and write requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(PIP) install uv
	@$(BIN)/uv pip compile pyproject.toml --upgrade --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" --quiet -o requirements.lock

clean: ## remove .venv and caches (not your data)
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info
