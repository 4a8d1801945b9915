# Two targets are all that a newcomer needs: `make run` and `make test`.
V := .venv/bin
QUICK := tests/unit tests/property tests/wire

.PHONY: help run demo call watch test chaos mutants check format bench setup venv clean

help:
	@echo "make run    set everything up and run the call center (Ctrl-C stops it)"
	@echo "make test   set everything up and run all tests"
	@echo "make call   place one real call (CALL_LANG=ar FROM=+46701234567); the service must run"
	@echo "make demo   make run, with simulated callers and nurses"
	@echo "make chaos  long tests: a minute's standstill of each part, 50 random kills under load"
	@echo "make mutants  is each rule of the ACD and the routing held by a test? (ONLY=callcenter.acd.matching)"
	@echo "make check  format, lint, types, imports, quick tests"
	@echo "make bench  measure; results in build/bench (ONLY=name for one)"

venv:
	@sh deploy/bootstrap.sh

setup: venv
	@$(V)/callcenter provision

run: setup
	@exec $(V)/callcenter up

demo: setup
	@exec $(V)/callcenter demo

call: setup
	@$(V)/callcenter call --language "$(or $(CALL_LANG),sv)" --from "$(or $(FROM),+46701740605)" $(if $(TO),--to "$(TO)")

watch: venv
	@exec $(V)/callcenter watch

# Most of a test's time is waiting for people and time-outs, so four run at once.
test: setup
	@$(V)/callcenter prompts
	$(V)/pytest -n 4 --dist loadfile

# Some fifteen minutes; the matrix of short faults is in `make test`.
chaos: setup
	@$(V)/callcenter prompts
	$(V)/pytest -m chaos tests/chaos tests/integration/test_worker.py

# Some half an hour on one core; what survives is in build/mutants, and argued in ops/mutants.md.
mutants: venv
	@nice $(V)/python -m ops.mutants $(ONLY)

check: venv
	$(V)/ruff format --check .
	$(V)/ruff check .
	$(V)/mypy
	$(V)/lint-imports
	$(V)/pytest -q -n 2 --dist loadfile $(QUICK) -m "not integration and not e2e"

format: venv
	$(V)/ruff check --fix .
	$(V)/ruff format .

bench: setup
	@$(V)/python -m ops.bench $(ONLY)

# Everything that was made here; recordings and the journal are in var/ too.
clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
