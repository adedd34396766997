# Two targets do everything: `make demo` tells the story, `make test` passes the tests. Nothing but Python is needed.
PYTHON ?= python3
# Tests wait for processes and for sockets: three keep two cores at work.
JOBS ?= 3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test lint types unit wheels bench kill oracle pages audit lock clean

demo: $(VENV)/sandbox
	$(BIN)/breakglass demo

test: lint types unit

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev
	$(BIN)/mypy

unit: $(VENV)/dev $(VENV)/wheels/complete
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# What the function that verifies on schedule runs on, for both architectures: fetched once, so that no test asks an index.
wheels: $(VENV)/wheels/complete

bench: $(VENV)/dev
	for each in benchmarks/*.py; do $(BIN)/python $$each || exit 1; done

# SIGKILL at random moments, and the next apply finishes: minutes, so it is no part of `make test`.
kill: $(VENV)/dev
	$(BIN)/python tests/faults/kill.py

# Random scenarios, decided here and by another engine from npm, in a folder outside the checkout: `make oracle N=20000`.
# SEED repeats a run. Needs node; not part of the tests.
oracle: $(VENV)/dev
	$(BIN)/python -m benchmarks.oracle $(or $(N),20000) $(SEED)

# The pages people print, judged by two HTML validators and by axe in a browser; pictures to look at stay in build/pages.
# Needs node, java and Chromium (CHROMIUM=/usr/bin/chromium unless told otherwise); not part of the tests.
pages: $(VENV)/dev
	rm -rf build/pages
	$(BIN)/python -m tests.pages.write build/pages/out
	cp tests/pages/package.json tests/pages/check.mjs build/pages
	cd build/pages && npm install --ignore-scripts --no-audit --no-fund && node check.mjs out

# What another judge says of the playbooks' policies: whatever docs/reference/playbooks-audit.md does not answer fails.
# It has an environment of its own, since it needs what is old; not part of the tests.
audit: build/audit/complete
	build/audit/bin/python -W ignore -m tests.policies.audit

build/audit/complete: tests/policies/audit.txt
	rm -rf build/audit
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip --disable-pip-version-check --quiet install --constraint constraints.txt --requirement $<
	touch $@

# The exact versions everybody develops and tests with; the ranges users get are in pyproject.toml.
lock:
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --editable '.[dev]'
	$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/sandbox: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --constraint constraints.txt --editable '.[sandbox]'
	touch $@

$(VENV)/dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	touch $@ $(VENV)/sandbox

$(VENV)/wheels/complete: $(VENV)/dev
	$(BIN)/python -m tests.provision.fetch_wheels $(VENV)/wheels
	touch $@

clean:
	rm -rf $(VENV) build dist .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis
