# The two commands: `make run` and `make test`. Everything they need they bring themselves.
PYTHON ?= python3
BIN := .venv/bin
TODAY := $(shell date +%F)

.PHONY: run test check install words benchmarks

# A demonstration on first start, then the server on http://127.0.0.1:8501
run: .venv/installed
	@$(BIN)/python -m seed --size demo --random 7 --today $(TODAY) --if-empty
	@$(BIN)/streamlit run Home.py

install: .venv/installed

test: .venv/installed-for-tests check
	@$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# Form, types and the layout of the code.
check: .venv/installed-for-tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy --strict lib db seed pages Home.py

# Collects new words from the code into the English catalogue.
words: .venv/installed
	@$(BIN)/python -m lib.i18n.extract

benchmarks: .venv/installed-for-tests
	@$(BIN)/python -m tests.benchmarks

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (this is $$($(PYTHON) -V)); try make PYTHON=python3.12 run"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-for-tests: requirements-dev.txt .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
