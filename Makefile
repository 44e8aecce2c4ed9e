# Each target makes .venv itself. The lock carries hashes and names no index host.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-bench
SPARK := .venv-spark
SOURCES := pipeline schemas tests

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint types peers spark bench model holidays sweep lock clean

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## Make .venv from the lock

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "doichieu needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Reconcile sample_exports/ as of 2026-03-31
	@$(BIN)/doichieu reconcile sample_exports --as-of 2026-03-31
	@mkdir -p out
	@$(BIN)/doichieu reconcile sample_exports --as-of 2026-03-31 --output out/demo.html
	@echo; echo "The same as a page: out/demo.html"

test: setup ## Run all tests, slow ones too
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: lint types test ## Everything that CI demands

lint: setup ## ruff and sqlfluff
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/sqlfluff lint --processes 2 sql

types: setup ## pyright, strict
	@$(BIN)/basedpyright --warnings

peers: $(PEERS)/.installed ## Make .venv-bench: what the benchmarks compare with

$(PEERS)/.installed: tests/benchmarks/peers.lock
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@echo "Installing into $(PEERS) ..." >&2
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/benchmarks/peers.lock
	@touch $@

spark: $(SPARK)/.installed ## Make .venv-spark: doichieu's libraries and PySpark, for tests that need Java

$(SPARK)/.installed: tests/spark/requirements.lock
	@test -x $(SPARK)/bin/python || $(PYTHON) -m venv $(SPARK)
	@echo "Installing into $(SPARK) ..." >&2
	@$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/spark/requirements.lock
	@touch $@

bench: setup peers ## Speed and accuracy beside other tools, as ratios of one run
	@$(BIN)/python -m tests.benchmarks

sweep: setup ## Faults at every system call of a night, power cuts, random nights: 8 minutes
	@DOICHIEU_SWEEP=all $(BIN)/python -m pytest -n 2 --dist worksteal tests/night/test_sweep.py tests/night/test_power_loss.py tests/night/test_random_nights.py

model: setup ## Learn the weights of linking anew, from generated books
	@$(BIN)/python -m tests.benchmarks.model

holidays: setup ## Write schemas/public_holidays.csv anew, from the holidays package
	@$(BIN)/python -m tests.public_holidays

lock: setup ## Write requirements.lock, tests/spark/requirements.lock and tests/benchmarks/peers.lock anew
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev --output-file requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --output-file tests/benchmarks/peers.lock tests/benchmarks/peers.in
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra spark --constraint requirements.lock --output-file tests/spark/requirements.lock pyproject.toml

clean: ## Remove what the targets made
	rm -rf $(VENV) $(PEERS) $(SPARK) .pytest_cache .ruff_cache .hypothesis out
