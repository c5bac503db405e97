# make run: install and open the app.  make test: every check.  Both make .venv when it is missing.
# make run GPU=1: with PyTorch as the machine's package index gives it, which on Linux is built for NVIDIA cards.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8501
GPU ?=
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test check bench clean
.DEFAULT_GOAL := run

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Vigie needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  version=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq python$$version-venv; \
	  else \
	    echo "Python's venv module is missing. Run: sudo apt-get install -y python$$version-venv"; exit 1; \
	  fi; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
ifeq ($(GPU),)
# The usual build brings 4 GB for NVIDIA cards. PyTorch's own index has one without; nothing else is taken from there.
	@$(PIP) --no-deps --only-binary :all: --timeout 5 --retries 0 --index-url $(TORCH_INDEX) \
	  "$$(grep '^torch==' requirements.txt)" 2>/dev/null || \
	  echo "PyTorch's index for machines without a GPU does not answer: its build comes from the usual index."
endif
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.test: requirements.txt requirements-dask.txt requirements-test.txt | $(VENV)/.run
	$(PIP) -r requirements-test.txt
	@touch $@

run: $(VENV)/.run
	$(BIN)/python -m streamlit run server.py --server.address $(HOST) --server.port $(PORT)

# Under a minute on two cores, whatever is cached.
check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m pytest tests/test_structure.py
	$(BIN)/mypy

# Browser tests wait more than they compute, so a third process fits on two cores; one thread each, else their models
# fight over them. In the order of collection, which begins with the longest.
test: check
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

bench: $(VENV)/.test
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
