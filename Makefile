# Few commands, the same here and in continuous integration. Each sets up what it needs.
SHELL := /bin/bash
PYTHON := .venv/bin/python
EXTENSION := editor-extension

.PHONY: demo extension test test-fast nightly check fix bench setup setup-editors

demo: setup           ## the main job on a sketch of the project's own
	$(PYTHON) scripts/demo.py

extension:            ## the VS Code extension as derender.vsix
	@tests/editors/setup.sh extension
	$(EXTENSION)/npm.sh run --silent package

test: setup setup-editors ## every test, real editors and real TeX included
	$(PYTHON) -m pytest -m "not editor"
	$(PYTHON) -m pytest -m editor

test-fast: setup      ## without real editors, real TeX and long tests
	$(PYTHON) -m pytest -m "not slow and not tex and not editor"

nightly: setup        ## damaged picture files and random sequences of edits, saves and cancels, by the thousand
	DERENDER_FUZZ_CASES=300 $(PYTHON) -m pytest tests/core/photo/test_fuzz.py
	DERENDER_SEQUENCES=1000 $(PYTHON) -m pytest tests/lsp_server/test_sequences.py

check: setup          ## ruff, mypy --strict, import-linter, eslint, tsc
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(EXTENSION)/check.sh

fix: setup            ## what can be mended by itself
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup          ## the figures of docs/benchmarks.md
	$(PYTHON) -m derender.experiments.benchmarks
	$(PYTHON) -m derender.experiments.server_latency

setup:                ## what is needed to run and to develop; the last line only where this was asked for
	@scripts/setup.sh
	@$(if $(filter setup,$(MAKECMDGOALS)),echo "setup: done; try '.venv/bin/derender --help' or 'make demo'")

setup-editors:
	@tests/editors/setup.sh
