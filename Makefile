# Two commands: make run, make test. Both work on a fresh clone with only Python 3.11+ and make.

PY := $(firstword $(foreach p,$(PYTHON) python3 python3.14 python3.13 python3.12 python3.11,$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
LAUNCH := $(PY) -I practice/launch
BIN := .venv/bin

.PHONY: run serve test check bench screenshots docs words install python

run serve: python  ## The demo practice; the same for a real practice.
	@exec $(LAUNCH) $@

test: install  ## Everything on SQLite, then on PostgreSQL and Valkey.
	@$(BIN)/python -m practice.tests.summary

check: install  ## Style, types, layers, migrations, production settings, templates.
	@$(BIN)/python -m practice.tests.gate

bench: install  ## What each page and act costs, as ratios, on a durable PostgreSQL.
	@$(BIN)/python -m practice.tests.servers bench

screenshots: install  ## The README's pictures, from the demo practice.
	@$(BIN)/python manage.py screenshots

docs: install  ## The state diagram, from the table of moves.
	@$(BIN)/python manage.py draw_states

words: install  ## The texts that clients read, gathered for translation.
	@$(BIN)/python manage.py gather_words

install: python
	@$(LAUNCH) install

python:
	@test -n "$(PY)" || { echo "Python 3.11 or newer is needed, as python3 on the PATH: install it, or name one (make run PYTHON=/path/to/python3.12)." >&2; exit 1; }
