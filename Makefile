# Every target sets up what it needs in .venv; PYTHON picks the interpreter (3.10 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_DIR := hub
PACKAGES := datasets/klue metrics/klue_metric model_cards publish
TYPED := $(VENV)/typed

.DEFAULT_GOAL := help
.PHONY: help demo test lint typed format compat slow bench docs clean

help: ## Show the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "Python 3.10 or newer is needed; choose one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.base

$(VENV)/.docs: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@ $(VENV)/.base

demo: $(VENV)/.base ## Publish the bundled sample to ./hub and show how to load it
	$(BIN)/python publish/push_all.py --source sample --to $(DEMO_DIR) --report $(DEMO_DIR)/report.html --yes

test: $(VENV)/.dev ## Run the tests
	$(BIN)/python -m pytest

lint: $(VENV)/.dev typed ## Check style, types and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPYPATH=$(TYPED) $(BIN)/mypy $(TYPED)/klue_hub

# mypy and the docs see the folders under their import names through links, as setuptools lays them out.
typed: | $(VENV)/bin/pip
	@$(foreach folder,$(PACKAGES),mkdir -p $(TYPED)/klue_hub/$(dir $(folder)) && \
		ln -sfn $(CURDIR)/$(folder) $(TYPED)/klue_hub/$(folder) &&) true

format: $(VENV)/.dev ## Apply the format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

compat: $(VENV)/.dev ## Load the published folder under older and newer datasets releases
	$(BIN)/python -m pytest -m compat tests/compat

slow: $(VENV)/.dev ## Run the checks that take long
	$(BIN)/python -m pytest -m slow

bench: $(VENV)/.dev ## Measure speed and memory against the yardsticks
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/metric.py

# Not --quiet: that keeps warnings from being counted, and then nothing is strict.
docs: $(VENV)/.docs typed ## Build the documentation into ./site and check its links
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	$(BIN)/python docs/check_site.py site

clean: ## Remove environments and caches
	rm -rf $(VENV) .compat site build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
