# `make demo` shows specrun at work on this repo; `make check` is the one green. Both do their own set-up.
# PYTHON=/path/to/python3 chooses the interpreter (3.11 or newer).
PYTHON ?=
export PYTHON
bin := .venv/bin
coverage := 90

.PHONY: demo check format lint test bench docs package schema lock clean run-setup dev-setup
.SILENT:

demo: run-setup
	$(bin)/specrun apply specs/demo.yaml --yes
	echo 'The report: git show specrun/demo/report:report/REPORT.md (specrun/demo/tests failed at first on purpose).'

check: lint test docs package

lint: dev-setup
	$(bin)/ruff format --check --quiet .
	$(bin)/ruff check --quiet .
	$(bin)/mypy --no-error-summary
	said=$$($(bin)/lint-imports 2>&1) || { printf '%s\n' "$$said"; exit 1; }

# Loopback is all the network that the tests have, where the kernel allows; a look beyond it fails the target.
test: dev-setup
	$(bin)/python -m tests.loopback $(bin)/pytest -q -n 2 --cov --cov-report=term --cov-fail-under=$(coverage)

format: dev-setup
	$(bin)/ruff format --quiet .
	$(bin)/ruff check --quiet --fix .

bench: dev-setup
	$(bin)/python -m benchmarks

# A broken link, or a page that would ask another host for anything, fails.
docs: run-setup
	sh scripts/docs

# The wheel, installed by pip, pipx and uv and tried out; it needs a registry once, so it runs outside of the tests' loopback.
package: dev-setup
	sh scripts/package

schema: run-setup
	mkdir -p schema
	$(bin)/specrun schema spec > schema/spec.schema.json
	$(bin)/specrun schema settings > schema/settings.schema.json
	$(bin)/specrun schema plan > schema/plan.schema.json
	mkdir -p skills/specrun
	$(bin)/specrun skill > skills/specrun/SKILL.md

# The locks carry hashes of every file of every release and no address, so any mirror may serve them.
lock: dev-setup
	$(bin)/python -m venv --clear .venv-lock
	.venv-lock/bin/pip --disable-pip-version-check -qq install pip-tools
	sh scripts/lock .venv-lock/bin/pip-compile
	rm -rf .venv-lock

clean:
	rm -rf .venv .venv-lock build *.egg-info .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

run-setup:
	sh scripts/setup run

dev-setup:
	sh scripts/setup dev
