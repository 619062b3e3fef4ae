# The two commands of the README are `make run` and `make test`; everything else is a part of them.
PYTHON ?= python3.11
BANSHI := .venv/bin/banshi

.PHONY: run test setup environments pages build lint format check evaluate demo benchmark lock clean

run: setup ## set everything up, start it, print the addresses
	$(BANSHI) up

setup: environments pages build ## both environments, pages, encoder, index, Rasa model; a second time it does nothing

environments:
	@command -v $(PYTHON) >/dev/null || { echo "Banshi needs Python 3.11: install Debian's python3.11 and python3.11-venv, or call make with PYTHON=/path/to/python3.11."; exit 1; }
	@$(PYTHON) scripts/set_up_environments.py

pages: ## the three faces, from frontend/
	@$(PYTHON) scripts/set_up_pages.py

build: environments
	@$(BANSHI) build

test: setup lint check ## everything CI runs

lint:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	cd frontend && npm run --silent check

check:
	.venv/bin/pytest

format:
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

evaluate: setup ## quality on held-out questions and utterances
	$(BANSHI) evaluate --slips
	@PYTHONPATH=. TF_CPP_MIN_LOG_LEVEL=3 RASA_TELEMETRY_ENABLED=false .venv-rasa/bin/python -W ignore -m nlu.evaluate_intents 2>/dev/null | tail -n 1

demo: setup ## the server, Rasa and stand-ins of all outside systems, and a walk through what they are for
	PYTHONPATH=. .venv/bin/python -m scripts.demo

benchmark: setup ## speed of a turn, as a multiple of an echo
	.venv/bin/python -m benchmarks.turn

lock: ## resolve requirements/*.in anew (torch is chosen at set-up)
	echo "torch ; sys_platform == 'never'" > build/no-torch.txt
	.venv/bin/uv pip compile requirements/app.in --override build/no-torch.txt -p 3.11 --no-header --no-annotate -o requirements/app.txt
	.venv/bin/uv pip compile requirements/dev.in -c requirements/app.txt -p 3.11 --no-header --no-annotate -o requirements/dev.txt

clean: ## remove what was built, not what was recorded
	rm -rf build models .venv .venv-rasa var/snapshots var/vectors banshi/web/static frontend/node_modules
