# Everything is set up on first use: Python 3.11+, make and the network are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --require-hashes --no-deps

.DEFAULT_GOAL := help
.PHONY: help setup run test check format nightly mutants bench messages lock clean

help: ## show what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## */  make \1\t/' | expand -t 16

setup: $(VENV)/run.stamp ## set up alone, for the command .venv/bin/adieu

run: $(VENV)/run.stamp ## set up and start the bot (playground on http://127.0.0.1:8765)
	@exec $(BIN)/adieu run $(if $(CONFIG),--config '$(CONFIG)')

# Most tests wait more than they work, hence more of them at once than there are processors. Files stay whole.
WORKERS ?= 4

test: $(VENV)/dev.stamp ## set up and run all tests
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev.stamp ## formatter, linter, types, and the record of the policy
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(BIN)/python -m bot.doctor.helplines
	@$(BIN)/python -m bot.policy.record

format: $(VENV)/dev.stamp ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

nightly: $(VENV)/dev.stamp ## play the proof of the ending rules for 200,000 moves, and die at every place once
	$(BIN)/python -m tests.proof.nightly
	ADIEU_PROOF_MOVES=1 $(BIN)/python -m pytest -q --timeout=0 --show-capture=no tests/proof/test_every_death.py

mutants: $(VENV)/mutants.stamp ## change what decides about endings in small ways: the tests must notice each change
	$(BIN)/python -m mutmut run > $(VENV)/mutants.log 2>&1 || { tail -n 40 $(VENV)/mutants.log; exit 1; }
	$(BIN)/python -m tests.proof.survivors

bench: $(VENV)/dev.stamp ## measure against a bare loop and print the table
	$(BIN)/python -m benchmarks.bench

messages: $(VENV)/dev.stamp ## bring the catalogues of all languages up to date with the sentences in bot/texts
	$(BIN)/pybabel --quiet extract --no-default-keywords --keywords "say Sentence" --no-location --project adieu --version "" --width 100 --output $(VENV)/adieu.pot bot/texts
	for language in $$($(BIN)/python -c "from bot.texts import LANGUAGES; print(*LANGUAGES[1:])"); do $(BIN)/pybabel --quiet update --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100 --domain adieu --locale $$language --input-file $(VENV)/adieu.pot --output-dir bot/texts/locale || exit 1; done

lock: $(VENV)/dev.stamp ## choose versions anew and write the hash-pinned locks
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade pyproject.toml --output-file requirements/run.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade --extra dev pyproject.toml --output-file requirements/dev.lock
	echo "mutmut>=3.8,<4" | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade --constraint requirements/dev.lock - --output-file requirements/mutants.lock
	echo "setuptools>=80" | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade - --output-file requirements/build.lock

clean: ## remove what was set up
	rm -rf $(VENV) mutants *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "adieu needs Python 3.11 or newer; say which with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The program itself is a link into this folder, so that editing needs no new set-up.
$(VENV)/run.stamp: requirements/run.lock requirements/build.lock pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) (once; about a minute) ..."
	$(PIP) -r requirements/run.lock
	$(PIP) -r requirements/build.lock
	$(BIN)/python -m pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.lock
	@echo "Adding what the tests need ..."
	$(PIP) -r requirements/dev.lock
	@touch $@

# What changes the code is large and needed for nothing else, hence apart.
$(VENV)/mutants.stamp: $(VENV)/dev.stamp requirements/mutants.lock
	$(PIP) -r requirements/mutants.lock
	@touch $@
