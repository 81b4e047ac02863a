# make run      prepare and serve on http://127.0.0.1:8000 (CRM_PORT and others: see README)
# make test     every test, the browser's too where a Chromium is found
# make check    what must hold before a commit, in half a minute
# make help     all of them

PY := .venv/bin/python
PYTEST := $(PY) -m pytest
TOGETHER := $(MAKE) --no-print-directory --keep-going -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: help run test test-postgres check format bench migration rules texts clean
.PHONY: check-style check-types check-floors check-templates check-static check-rules check-house

help:
	@sed -n 's/^# //p' Makefile
	@echo "make test-postgres · format · bench · migration M=\"what it does\" · rules · texts · clean"

.venv/installed-run: requirements.txt
	@sh deploy/venv.sh requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt
	@sh deploy/venv.sh requirements-dev.txt
	@touch $@ .venv/installed-run

run: .venv/installed-run
	@exec $(PY) app.py

test: .venv/installed-dev
	@$(PYTEST) -n auto

test-postgres: .venv/installed-dev
	@CRM_TEST_POSTGRES=1 $(PYTEST) -n auto -m "not browser"

check: .venv/installed-dev
	@$(TOGETHER) check-types check-house check-style check-floors check-templates check-static check-rules
	@echo "一切正常 all good"

check-style:
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .

check-types:
	@$(PY) -m mypy --no-error-summary

check-floors:
	@said=$$(.venv/bin/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }

check-templates:
	@$(PY) -m djlint --quiet --lint templates

check-static:
	@$(PY) static/build.py --check

check-rules:
	@$(PY) -m tests.house.rules_table --check

check-house:
	@$(PYTEST) -q --no-header tests/house -m "not slow"

format: .venv/installed-dev
	@$(PY) -m ruff check --quiet --fix .
	@$(PY) -m ruff format --quiet .

migration: .venv/installed-dev
	@$(PY) -m migrations.make "$(M)"

rules: .venv/installed-dev
	@$(PY) -m tests.house.rules_table

texts: .venv/installed-dev
	@$(PY) -m translations.texts

bench: .venv/installed-dev
	@$(PY) -m bench.run

clean:
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results .coverage*
	@find . -name __pycache__ -not -path "./.venv/*" -prune -exec rm -rf {} +
