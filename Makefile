# Each target makes .venv when it is missing or the dependencies have changed, with the
# versions that CI uses (requirements-test.lock).
# Python 3.11 or newer: `make PYTHON=python3.12 test` to choose one.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

.DEFAULT_GOAL := help
.PHONY: help run test unit check format screenshots transcripts docs site bench mutants

help: ## list these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(INSTALLED): pyproject.toml requirements-test.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements-test.lock
	$(BIN)/pip install --quiet --no-deps -e .
	touch $@

run: $(INSTALLED) ## serve the self-check on http://127.0.0.1:8000/, following questions.yaml
	$(BIN)/screener serve --reload

test: $(INSTALLED) ## all tests but the slow ones
	$(BIN)/pytest -n auto

unit: $(INSTALLED) ## unit tests: no browser, no network, under a minute
	$(BIN)/pytest -n auto tests/unit

check: $(INSTALLED) ## lint, format, types, imports, the content file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/screener check

format: $(INSTALLED) ## format the code, and mend what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: $(INSTALLED) ## the pictures of the README (needs Chromium and pdftoppm)
	$(BIN)/python -m tools.screenshots

transcripts: $(INSTALLED) ## what a screen reader would speak to six visitors (needs Chromium)
	$(BIN)/python -m tools.transcripts

docs: $(INSTALLED) ## what is made from other files: tables, privacy page, nginx files, schema, licences
	$(BIN)/python -m tools.docs_tables
	$(BIN)/python -m tools.sbom
	$(BIN)/python -m tools.licences
	$(BIN)/screener schema >docs/questions.schema.json

site: $(INSTALLED) ## the documentation as a site, in build/site/
	$(BIN)/properdocs build -f mkdocs.yml

bench: $(INSTALLED) ## print the budgets (docs/performance.md says what it needs)
	$(BIN)/python -m bench

mutants: $(INSTALLED) ## mutation score of the engine and forms (docs/testing.md), five to ten minutes
	$(BIN)/pip install --quiet -e '.[mutants]'
	nice $(BIN)/python -m tools.mutants
