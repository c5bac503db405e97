# make run: install and open the app.  make test: every check.  Both make .venv when it is missing.
# make upgrade: save everything, then bring code and record up to date.  make go-back: undo that.
# make install: as services of systemd, on Debian.  make uninstall: take them away; the data stays.
# make run GPU=1: with PyTorch as the machine's package index gives it, which on Linux is built for NVIDIA cards.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8501
GPU ?=
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# Of `make install`: the code stays where it stands, DESTDIR is a folder to write to in place of the machine.
CODE ?= $(CURDIR)
DATA ?= /var/lib/vigie
ETC ?= /etc/vigie
PREFIX ?= /usr/local
UNITS ?= /etc/systemd/system
USER_OF_VIGIE ?= vigie
DESTDIR ?=
VERSION ?=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test check bench clean install uninstall user-of-vigie upgrade upgrade-here go-back go-back-here
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
# fight over them. In the order of tests/spread.py, which begins with the longest.
test: check
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

bench: $(VENV)/.test
	$(BIN)/python -m tests.bench

WRITTEN = sed -e '/^@HARDENING@$$/{r deploy/hardening' -e 'd}' $(1) | sed -e 's|@CODE@|$(CODE)|g' \
  -e 's|@DATA@|$(DATA)|g' -e 's|@ETC@|$(ETC)|g' -e 's|@USER@|$(USER_OF_VIGIE)|g' -e 's|@HOST@|$(HOST)|g' \
  -e 's|@PORT@|$(PORT)|g'

user-of-vigie: $(VENV)/.run
	@[ "$$(id -u)" = 0 ] || { echo "make install writes to $(UNITS) and $(ETC): run it as root."; exit 1; }
	id $(USER_OF_VIGIE) >/dev/null 2>&1 || \
	  useradd --system --user-group --home-dir $(DATA) --no-create-home --shell /usr/sbin/nologin $(USER_OF_VIGIE)
	$(BIN)/python -m compileall -q data sources insights dashboard server.py worker.py streamlit_app.py
	chown -R $(USER_OF_VIGIE): $(CODE)

install: $(if $(DESTDIR),,user-of-vigie)
	install -d -m 0755 $(DESTDIR)$(UNITS) $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(ETC)
	install -d -m 0700 $(DESTDIR)$(DATA)
	for unit in vigie vigie-worker; do \
	  $(call WRITTEN,deploy/$$unit.service.in) >$(DESTDIR)$(UNITS)/$$unit.service; done
	$(call WRITTEN,deploy/vigie.in) >$(DESTDIR)$(PREFIX)/bin/vigie
	chmod 0755 $(DESTDIR)$(PREFIX)/bin/vigie
	[ -e $(DESTDIR)$(ETC)/environment ] || { $(call WRITTEN,deploy/environment.in) >$(DESTDIR)$(ETC)/environment; \
	  chmod 0640 $(DESTDIR)$(ETC)/environment; }
ifeq ($(DESTDIR),)
	chown $(USER_OF_VIGIE): $(DATA)
	chgrp $(USER_OF_VIGIE) $(ETC)/environment
	if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
	@echo "Settings are in $(ETC)/environment. Start Vigie: systemctl enable --now vigie vigie-worker"
endif

uninstall:
	if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then systemctl disable --now vigie vigie-worker; fi
	rm -f $(DESTDIR)$(UNITS)/vigie.service $(DESTDIR)$(UNITS)/vigie-worker.service $(DESTDIR)$(PREFIX)/bin/vigie
	if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
	@echo "$(DESTDIR)$(DATA) and $(DESTDIR)$(ETC) stay: all posts, accounts and settings are there."

# VERSION=v0.2 names one; without it the newest of the branch that is followed.
upgrade:
	@deploy/stopped.sh $(ETC)/environment $(MAKE) --no-print-directory upgrade-here VERSION=$(VERSION)

go-back:
	@deploy/stopped.sh $(ETC)/environment $(MAKE) --no-print-directory go-back-here

upgrade-here: $(VENV)/.run
	@umask 077 && $(BIN)/python -m data upgrade $(VERSION)

go-back-here: $(VENV)/.run
	@umask 077 && $(BIN)/python -m data go-back

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
