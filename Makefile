# Everything starts here. `make help` lists the commands.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
# Test processes; each has a database server of its own.
WORKERS ?= 2
# More words for pytest: make test ARGS="-k ledger"
ARGS ?=

# Compiled modules are kept: without them each of our processes reads 755 files anew before it begins.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help serve demo setup setup-test test test-long lint check bench clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

serve: setup ## Install, start the database, web and worker, and print the address (Ctrl-C stops everything)
	@exec $(FLASK) serve

demo: setup ## Load the demo year into an empty demo database (`make serve` does it on first use)
	@exec $(FLASK) demo year

setup: ## Install what the program needs, nothing more
	@$(PYTHON) tools/setup.py run

setup-test:
	@$(PYTHON) tools/setup.py test

test: setup-test ## Install everything and run the tests (make test ARGS="-k ledger")
	@FLASK_SKIP_DOTENV=1 exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not long" $(ARGS)

test-long: setup-test ## All tests, with those that take minutes
	@FLASK_SKIP_DOTENV=1 exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup-test ## Style, types, who may import whom, and whether models and migrations agree
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && chmod 711 "$$folder" && \
	export VAR_FOLDER="$$folder" DATABASE_URL= DATABASE_OWNER_URL= FLASK_SKIP_DOTENV=1 && \
	$(FLASK) database migrate && $(FLASK) database check

check: lint test ## The tests, and style, types, imports and migrations besides

bench: setup-test ## Measure what stands in bench/; one line a figure
	@for file in bench/[a-z]*.py; do \
		[ -e "$$file" ] || { echo "There is nothing in bench/ yet."; break; }; \
		$(BIN)/python -m "bench.$$(basename "$$file" .py)" || exit 1; \
	done

clean: ## Remove what `make` can fetch or build again; never the data in var/
	@rm -rf .venv node_modules static/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -not -path './var/*' -type d -prune -exec rm -rf {} +
