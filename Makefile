# Every target sets up what it needs in .venv; PYTHON picks the interpreter (3.10 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_DIR := hub
PORT ?= 7860
PACKAGES := datasets/klue metrics/klue_metric model_cards publish
TYPED := $(VENV)/typed

.DEFAULT_GOAL := help
.PHONY: help demo space test lint typed format compat slow fuzz bench docs dist clean

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
	@touch $@ $(VENV)/.base $(VENV)/.space

$(VENV)/.space: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[space]'
	@touch $@ $(VENV)/.base

$(VENV)/.docs: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@ $(VENV)/.base

demo: $(VENV)/.base ## Publish the bundled sample to ./hub and show how to load it
	$(BIN)/python publish/push_all.py --source sample --to $(DEMO_DIR) --report $(DEMO_DIR)/report.html --yes

space: $(VENV)/.space ## Start the metric's page at http://127.0.0.1:PORT (7860)
	@GRADIO_SERVER_PORT=$(PORT) $(BIN)/python metrics/klue_metric/app.py

test: $(VENV)/.dev ## Run the tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

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

# Fresh examples each time; SEED=N gives those of an earlier run again, EXAMPLES=N fewer or more of them.
fuzz: EXAMPLES ?= 10000
fuzz: $(VENV)/.dev ## Try thousands of odd inputs on everything that reads any
	@seed=$${SEED:-$$($(BIN)/python -c 'import secrets; print(secrets.randbelow(2**32))')}; \
	FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest tests/fuzz --verbose --numprocesses 2 \
		--hypothesis-seed=$$seed -o faulthandler_timeout=600 || \
		{ echo "The same again: make fuzz SEED=$$seed EXAMPLES=$(EXAMPLES)" >&2; exit 1; }

bench: $(VENV)/.dev ## Measure speed and memory against the yardsticks
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/metric.py

dist: $(VENV)/.dev ## Build wheel and sdist, the same bytes from the same commit
	$(BIN)/python tools/build_dist.py

# Not --quiet: that keeps warnings from being counted, and then nothing is strict.
docs: $(VENV)/.docs typed ## Build the documentation into ./site and check its links
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	$(BIN)/python docs/check_site.py site

clean: ## Remove environments and caches
	rm -rf $(VENV) .compat site build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
