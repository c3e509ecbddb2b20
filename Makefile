# Two commands: `make lab` opens the workbook, `make test` runs every test. Both set up what they need.
# PYTHON=/path/to/python chooses a Python; ARGS="..." is passed on, as in: make lab ARGS=--no-browser

PYTHON ?= python3
ARGS ?=
INSTALL = .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check
AT_ONCE = --numprocesses 2 --dist loadfile --no-loadscope-reorder
NEW_ENOUGH = import sys, venv; sys.exit(sys.version_info < (3, 11))

.PHONY: help lab test bench torture format lint clean

help:
	@echo "make lab      open the workbook in JupyterLab"
	@echo "make test     run every test"
	@echo "make bench    how fast it is, beside others (about twenty minutes)"
	@echo "make torture  is anything lost, however it is treated? (some minutes)"
	@echo "make format   put the code into its usual shape"
	@echo "make lint     look for mistakes and untidy code"
	@echo "make clean    remove what these commands made (your answers are elsewhere, and stay)"

lab: .venv/.runtime
	@.venv/bin/python -m recprep lab $(ARGS)

test: .venv/.development
	@.venv/bin/python -m pytest $(AT_ONCE) $(ARGS)

bench: .venv/.development
	@.venv/bin/python benchmarks/speed.py $(ARGS)
	@.venv/bin/python benchmarks/importing.py
	@.venv/bin/python benchmarks/in_browser.py

torture: .venv/.torture
	@.venv/bin/python benchmarks/torture.py $(ARGS)

format: .venv/.development
	@.venv/bin/python -m ruff check --fix --quiet $(ARGS) .
	@.venv/bin/python -m ruff format $(ARGS) .

lint: .venv/.development
	@.venv/bin/python -m ruff format --check $(ARGS) .
	@.venv/bin/python -m ruff check $(ARGS) .

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis build dist

# The files below are made last, so that an interrupted setup is done again.

.venv/.python:
	@for python in "$(PYTHON)" python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c '$(NEW_ENOUGH)' 2>/dev/null; then \
	    "$$python" -m venv --clear .venv && touch $@; exit; \
	  fi; \
	done; \
	echo "The workbook needs Python 3.11 or newer, with venv. Get it from https://www.python.org/downloads/," >&2; \
	echo "or name the one to use: make lab PYTHON=/path/to/python" >&2; \
	exit 1

.venv/.runtime: .venv/.python pyproject.toml
	@echo "Setting up the workbook (once, about a minute) ..."
	@$(INSTALL) --editable '.[formats]'
	@touch $@

.venv/.development: .venv/.python pyproject.toml
	@echo "Setting up the workbook and its tests (once, one or two minutes) ..."
	@$(INSTALL) --editable '.[dev]'
	@touch .venv/.runtime $@

.venv/.torture: .venv/.development
	@$(INSTALL) --editable '.[dev,fuzz]'
	@touch $@
