# make run     a demonstration square on http://127.0.0.1:8000 (PORT=8000), its data in ./var (ISEGORIA_HOME)
# make test    every test, the browser's and PostgreSQL's included; with CI=true none may be skipped
# make check   lint, format, types, import contracts
# make test-clients  the suites of toot and Mastodon.py against a square on port 3000, held against docs/clients.md
# make fuzz    every parser for a minute each, guided by coverage (needs atheris: pip install atheris)
# make lock    pin the dependencies anew
# make clean   remove what make made, but not the square in ./var

PORT ?= 8000
VENV := .venv
CLIENTS := .venv-clients
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TESTS ?= tests
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test test-clients check fuzz lock clean system

help:
	@sed -n 's/^# \(make \)/\1/p' Makefile

run: $(INSTALLED)
	@$(BIN)/isegoria key show >/dev/null 2>&1 || $(BIN)/isegoria demo
	@echo "The square is at http://127.0.0.1:$(PORT) (Ctrl-C ends it)"
	@exec $(BIN)/isegoria serve --port $(PORT)

test: $(INSTALLED) system
	$(BIN)/pytest $(TESTS) -n auto --dist worksteal -m "not alone"
	$(BIN)/pytest $(TESTS) -m alone

test-clients: $(INSTALLED) $(CLIENTS)/.installed
	$(BIN)/python -m tests.clients.run $(CLIENTS)/suites $(WRITE)

$(CLIENTS)/.installed: tests/clients/tools.lock tests/clients/suites.lock
	@rm -rf $(CLIENTS)
	@$(BIN)/python -m venv $(CLIENTS)
	@echo "Fetching the suites of others into $(CLIENTS) …"
	@$(CLIENTS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/clients/tools.lock
	@$(CLIENTS)/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: \
		--require-hashes -r tests/clients/suites.lock -d $(CLIENTS)/suites
	@touch $@

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: $(INSTALLED)
	$(BIN)/python bench/fuzz.py

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --upgrade --quiet -o requirements.lock

clean:
	rm -rf $(VENV) $(CLIENTS) dist test-results .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find app governance ledger tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements.lock pyproject.toml
	@[ -x $(BIN)/python ] || { $(find_python); "$$python" -m venv $(VENV) || { \
		echo "This Python cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }; }
	@echo "Installing the locked dependencies into $(VENV) …"
	@# The lock names everything: pip is not to look for what a dependency's extra might bring in a newer release.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# sets `python` to the newest Python that is known to do
define find_python
python=""; \
for one in python3.13 python3.12 python3.11 python3; do \
	if "$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$one; break; fi; \
done; \
[ -n "$$python" ] || { echo "Isegoria needs Python 3.11 or later, and none of python3.13, python3.12, python3.11 or python3 is."; exit 1; }
endef

# what the tests need of the machine: installed where that may be done, named where it may not
system:
	@missing=""; \
	command -v chromium chromium-browser google-chrome >/dev/null || missing="$$missing chromium"; \
	{ compgen -G "/usr/lib/postgresql/*/bin/initdb" || command -v initdb; } >/dev/null || missing="$$missing postgresql"; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	command -v strace >/dev/null || missing="$$missing strace"; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ]; then as=""; else as="sudo -n"; fi; \
	if command -v apt-get >/dev/null && { [ -z "$$as" ] || sudo -n true 2>/dev/null; }; then \
		echo "Installing$$missing, which tests need …"; \
		$$as apt-get update -qq && $$as env DEBIAN_FRONTEND=noninteractive \
			apt-get install -qq --no-install-recommends $$missing >/dev/null && exit 0; \
	fi; \
	echo "Some tests need$$missing, which cannot be installed from here. Please install it; without it"; \
	echo "those tests are skipped, and fail where CI=true."
