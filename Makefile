# What one needs is Python 3.11 or newer, pip and make; everything else is installed into .venv.
#   make demo [PORT=8000] [OPEN=0]   the gallery of demos; OPEN=0 leaves the browser alone
#   make test [ARGS="-k clock"]      every check there is
#   make bench [ARGS=…]              the figures, as ratios against a bare server
#   make check                       the part of `make test` that runs no program: ruff, mypy, deno
#   make format                      let ruff and deno mend what they can
#   make coverage                    which lines the tests without a browser do not reach
#   make lock                        pin the dependencies of pyproject.toml anew
#   make clean                       remove everything that these have made

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(shell for one in python3 python3.13 python3.12 python3.11 python; do \
	$$one -c "$(NEW_ENOUGH)" 2>/dev/null && echo $$one && break; done),python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
JUSTUI := $(PIP) install --quiet --no-deps --no-build-isolation --editable .
# Most tests wait for something, so three at once suit two cores, in the order of tests/conftest.py: long files first.
# `PARALLEL=` runs one after the other.
PARALLEL := --numprocesses 3 --dist loadfile --no-loadscope-reorder
# Without them the pages work and look plainer, so that a machine without a network goes on.
ASSETS := $(BIN)/justui assets pull > /dev/null || true

.DEFAULT_GOAL := help
.PHONY: help demo test check bench format coverage lock clean

help:
	@sed -n 's/^#   //p' Makefile

# PORT and OPEN reach the gallery through its environment, if they were given.
demo: $(VENV)/.run
	@exec $(BIN)/python -m demos

test: check
	@.ci/chromium $(BIN)
	@.ci/nginx
	$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

# Everything that needs no running program: quick, so it comes first.
check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@.ci/browser-checks $(BIN)

bench: $(VENV)/.dev
	@$(BIN)/python -m tests.bench $(ARGS)

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/deno fmt --quiet

coverage: $(VENV)/.dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -m "not browser and not slow" $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# After a change of dependencies in pyproject.toml.
lock:
	@$(PYTHON) .ci/lock.py

clean:
	rm -rf $(VENV) build dist .coverage .coverage.* htmlcov .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps: nothing is installed again as long as the lock files and pyproject.toml stay as they are.
$(VENV)/.run: requirements.lock pyproject.toml $(VENV)/.made
	@echo "Installing what justui needs …"
	@$(PIP) install --quiet --requirement requirements.lock
	@$(JUSTUI)
	@$(ASSETS)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml $(VENV)/.made
	@echo "Installing what justui and its tests need …"
	@$(PIP) install --quiet --requirement requirements-dev.lock
	@$(JUSTUI)
	@$(ASSETS)
	@touch $@ $(VENV)/.run

$(VENV)/.made:
	@.ci/venv $(PYTHON) $(VENV)
	@touch $@
