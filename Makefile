# Each command sets up what it needs; a second run changes nothing that is there.
PYTHON ?= python3
BIN := .venv/bin
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
TOO_OLD := Python 3.11 or newer is needed; name one with: make run PYTHON=python3.12
NOT_MADE := The virtual environment could not be created in this folder; on Debian: apt-get install python3-venv
NOT_INSTALLED := The packages could not be installed; see pip's output above. Run the same command again.
NOT_AUDITED := A package has a known flaw, or its advisories could not be fetched; see the output above.

# Without compiled files each worker would spend ten seconds on reading the tests anew.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal --durations=20

.PHONY: run test test-slow coverage prove watch check messages assets serve audit bench docs lock
.DEFAULT_GOAL := run

# An environment that is half made, broken, too old, or was moved here from elsewhere is made anew.
ifneq ($(shell test ! -e .venv/unfinished && $(BIN)/python -c 'import pip; $(NEW_ENOUGH)' 2>/dev/null && \
	grep -qsF '$(CURDIR)/.venv/' $(BIN)/pip && echo whole),whole)
.PHONY: .venv/run
MAKE_VENV = $(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null || { echo "$(TOO_OLD)" >&2; exit 1; }; \
	$(PYTHON) -m venv --clear .venv >/dev/null 2>&1 || { rm -rf .venv; echo "$(NOT_MADE)" >&2; exit 1; }
endif

run: .venv/run
	@$(BIN)/python -m shop.operations.dev_server

serve: .venv/run
	@exec $(BIN)/python -m shop.operations.server

# ROOM=orders runs that room's tests, CHANGED=1 those that a change which is not committed can touch.
test: .venv/dev
	@where=$$($(BIN)/python -m tests.selection $(if $(ROOM),--room '$(ROOM)') $(if $(CHANGED),--changed)) && \
		$(PYTEST) -m 'not slow and not prove' $$where

# A file of it is one walk through one shop, so it is run as it is written and by one worker.
test-slow: .venv/dev
	@$(subst worksteal,loadfile,$(PYTEST)) -p no:randomly -m 'slow and not prove' $(if $(ROOM),tests/$(ROOM))
	$(if $(ROOM),,@$(MAKE) --no-print-directory coverage)

# The rooms of which the tests must reach every line and branch stand in pyproject.toml; their neighbours' tests help.
COVERING := $(addprefix tests/,signin sessions people outbox grants oidc audit account clients \
	api/test_sign_in.py api/test_client_tokens_open_nothing_else.py)

coverage: .venv/dev
	@$(PYTEST) -p tests.coverage_plugin -m 'not slow and not prove' --cov --cov-report=term-missing:skip-covered $(COVERING)

# SHORT=1 makes fewer rounds, and leaves docs/promises.md as it is.
prove: .venv/dev
	@SHORT=$(SHORT) $(PYTEST) -m 'prove or figure' $(if $(ROOM),tests/$(ROOM))

# After each save: is it sound, and do the tests hold that it can affect?
watch: .venv/dev
	@$(BIN)/watchfiles --ignore-paths tests/results '$(MAKE) --no-print-directory -i check test CHANGED=1' shop tests templates static migrations

check: .venv/dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint --quiet templates
	@$(BIN)/python -m pytest -q tests/house/test_requirements.py tests/house/test_bundles.py tests/house/test_sizes.py tests/house/test_static.py tests/house/test_templates.py

# Asks a service on the internet, and fails where it does not answer: so neither `make check` nor .ci/run calls it.
audit: .venv/dev
	@answers=$$(mktemp -d); trap 'rm -r "$$answers"' EXIT; \
		$(BIN)/python -m pip_audit --strict --disable-pip --require-hashes --progress-spinner off \
			--cache-dir "$$answers" -r requirements-dev.txt || { echo "$(NOT_AUDITED)" >&2; exit 1; }

# Everything that a person may read, for translators: translations/messages.pot.
messages: .venv/run
	@mkdir -p translations
	@$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext -k lazy_ngettext:1,2 -k _l --omit-header --sort-by-file -o translations/messages.pot .

bench: .venv/dev
	@$(BIN)/python -m bench

# Makes the style sheets and scripts that pages ask for, in static/dist/.
assets: .venv/dev
	@$(BIN)/python -m tests.house.bundles

# Draws what the pages of docs/ say of the code.
docs: .venv/dev
	@$(BIN)/python -m tests.house.architecture

lock: .venv/dev
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header -o requirements.txt requirements.in
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header -o requirements-dev.txt requirements-dev.in
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header -o .ci/node.txt .ci/node.in
	@$(BIN)/python -m tests.recipes.npm_lock

.venv/run: requirements.txt
	@$(MAKE_VENV)
	@touch .venv/unfinished
	@echo "Installing what the shop needs ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt || { echo "$(NOT_INSTALLED)" >&2; exit 1; }
	@rm .venv/unfinished && touch $@

.venv/dev: requirements-dev.txt .venv/run
	@touch .venv/unfinished
	@echo "Installing what its tests need ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt || { echo "$(NOT_INSTALLED)" >&2; exit 1; }
	@rm .venv/unfinished && touch $@
