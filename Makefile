# Two commands matter: `make run` and `make test`. Everything they need is set up by themselves.
.PHONY: run test setup lint bench screens test-browser-full clean
PY := .venv/bin/python

setup: .venv/.complete

.venv/.complete: requirements/dev.txt scripts/setup.sh
	@scripts/setup.sh

run: setup
	@scripts/run.sh

test: setup
	@$(PY) scripts/test.py $(ARGS)

test-browser-full: setup
	@BROWSER_FULL=1 $(PY) scripts/test.py --only-sqlite tests/browser $(ARGS)

lint: setup
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy .
	@$(PY) manage.py makemigrations --check --dry-run
	@scripts/check_deploy.sh

bench: setup
	@for file in bench/*.py; do case $$file in */_*) ;; *) echo "== $$file"; $(PY) $$file;; esac; done

screens: setup
	@$(PY) scripts/screens.py $(or $(ADDRESS),http://127.0.0.1:8000)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
