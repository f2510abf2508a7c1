# Everything a newcomer needs: `make run` and `make test`.

PORT ?= 8000
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run dev test bench soak lint audit admin python clean

help:
	@echo "make run    the site on http://127.0.0.1:$(PORT)/, as production serves it (PORT=… overrides)"
	@echo "make dev    the same with DEBUG and reload"
	@echo "make admin  creates a first account for the admin"
	@echo "make test   the whole test suite"
	@echo "make bench  speed beside a textbook site and the limits of the machine (N=100000 ROUNDS=3)"
	@echo "make soak   faults on purpose, with figures: about 20 minutes (MINUTES=0.5 for each run, RUNS=\"disk slow\")"
	@echo "make lint   style of Python and templates"
	@echo "make audit  known weaknesses of the libraries; needs the net"

run: $(VENV)/.run var/static/.done
	@SITE_URL=$${SITE_URL-http://127.0.0.1:$(PORT)} TWO_PEOPLE=$${TWO_PEOPLE-0} \
		$(BIN)/python manage.py serve $(PORT) --prepare

dev: $(VENV)/.run
	@$(BIN)/python manage.py check_port $(PORT)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py roles
	@$(BIN)/python manage.py compile_languages
	@$(BIN)/python manage.py seed
	@DEBUG=1 SITE_URL=http://127.0.0.1:$(PORT) TWO_PEOPLE=$${TWO_PEOPLE-0} \
		$(BIN)/python manage.py runserver $(PORT)

admin: $(VENV)/.run
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py createsuperuser

test: $(VENV)/.dev
	@$(BIN)/python -m tests.run $(ARGS)

N ?= 100000
ROUNDS ?= 3
BUDGET ?= 280
bench: $(VENV)/.dev var/static/.done
	@$(BIN)/python -m bench.run --stories $(N) --rounds $(ROUNDS) --budget $(BUDGET) $(ARGS)

# Not part of the tests: it takes its time, and the machine for itself.
soak: $(VENV)/.dev var/static/.done
	@$(BIN)/python -m tests.soak $(RUNS) $(if $(MINUTES),--minutes $(MINUTES)) --json var/soak.json

# Not part of the tests: it asks a service on the net, and its answer changes without us.
audit: $(VENV)/.dev
	@$(BIN)/python -m pip install -qq 'pip-audit==2.10.1'
	@$(BIN)/pip-audit --requirement requirements.txt --progress-spinner off

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --check
	$(BIN)/djlint templates --lint
	$(BIN)/python manage.py makemigrations --check --dry-run

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "This needs Python 3.11 or newer, and none was found. Install it, or name it: make run PYTHON=/path/to/python3.12"; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than Python 3.11. Name a newer one: make run PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "Python cannot make a virtual environment. On Debian: apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.txt | $(BIN)/python
	@echo "Installing what the site needs …"
	@$(BIN)/python -m pip install -qq --requirement requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt | $(BIN)/python
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install -qq --requirement requirements-dev.txt
	@touch $(VENV)/.run $@

var/static/.done: $(VENV)/.run $(shell find static locale -type f 2>/dev/null)
	@$(BIN)/python manage.py compile_languages
	@$(BIN)/python manage.py collectstatic --no-input --clear --verbosity 0
	@touch $@

clean:
	rm -rf $(VENV) var .pytest_cache .ruff_cache .hypothesis
