# Chỉ Dẫn: `make` alone lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LLM := .cache/llm
WHEELS := .cache/wheels

# Tests of pure code: the loop of work.
FAST := tests/test_architecture.py tests/test_doctests.py tests/test_documentation.py tests/bot/texts \
	tests/bot/log/test_database.py tests/bot/log/test_exchanges.py tests/bot/log/test_migrations.py \
	tests/bot/log/test_retention.py tests/bot/log/test_threads.py tests/bot/assistant/test_routing.py \
	tests/bot/telegram/test_formatting.py tests/bot/telegram/test_messages.py \
	tests/retrieval/directives tests/retrieval/grounding tests/retrieval/query tests/retrieval/text \
	tests/retrieval/evaluation/test_metrics.py tests/retrieval/evaluation/test_cases.py

.DEFAULT_GOAL := help
.PHONY: help run install dev test test-documents test-fast test-llm lint fix logs screenshots soak eval eval-claims eval-full eval-model eval-update eval-twenty fit fit-reader bench bench-log bench-quick lock setup service docker wheel bundle chat-server texts

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: install ## set up, index data/articles, start: the Telegram bot, or a terminal chat without a token
	@$(BIN)/chidan run

setup: install ## ask for the bot's token and administrator, try them, write .env
	@$(BIN)/chidan setup

service: install ## run the bot as a systemd service (NAME=office: one more bot, in bots/office)
	@deploy/install-service $(NAME)

docker: ## build the image chidan; deploy/compose.yaml runs it
	docker build -t chidan -f deploy/Dockerfile .

wheel: dev ## build dist/chidan-…-py3-none-any.whl, with prompts, word lists and articles in it
	@$(BIN)/python -m pip wheel -q --no-deps --no-build-isolation -w dist .
	@ls dist/*.whl

bundle: install ## make dist/chidan-….tar.gz, from which ./install.sh sets up without a network
	@deploy/bundle

install: $(VENV)/.installed ## set up .venv with everything the product needs

dev: $(VENV)/.dev

test: dev ## run all tests, side by side on up to four cores
	@$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist worksteal $(ARGS)

test-fast: dev ## run what needs neither index nor server nor process, in under a minute
	@$(BIN)/python -m pytest -q -n logical --maxprocesses 4 $(FAST) $(ARGS)

test-llm: dev $(LLM)/.installed ## run the tests that need a real model server (compiled once, for minutes)
	@$(BIN)/python -m pytest -m llm $(ARGS)

lint: dev ## check style, types and the direction of imports
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

fix: dev ## mend what the linters can mend
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

logs: install ## open the log in the browser: http://127.0.0.1:8001/logs
	@$(BIN)/chidan logs serve

chat-server: dev ## a Telegram on this machine to try the bot on, with pages for a browser: http://127.0.0.1:8081
	@PYTHONPATH=tests $(BIN)/python -m botapi $(ARGS)

texts: dev ## write docs/texts.md, the table of all that the bot says, from bot/texts
	@$(BIN)/python -m bot.texts.table > docs/texts.md

screenshots: dev ## take the pictures in docs/img again; needs chromium and chromium-driver
	@$(BIN)/python -m tests.benchmarks.screenshots

soak: dev ## long tests: what takes long and a bot with 24 chats killed at many moments, three hard days in twenty groups, 2,000 ways of filing documents into collections (ARGS="--seed 7")
	@$(BIN)/python -m pytest -q -rP tests/retrieval/indexing/test_kill.py tests/retrieval/store/test_kill.py tests/bot/log/test_kill.py tests/bot/telegram/test_soak.py tests/bot/telegram/test_run.py tests/retrieval/loading/test_hostile.py tests/retrieval/store/test_audiences.py --assignments 2000 --moments 40 --days 3 --kills 40 $(ARGS)

test-documents: dev ## read the documents of the folder shared in four formats, ask over them (long; ARGS="--no-answers")
	@$(BIN)/python -m tests.benchmarks.documents $(ARGS)

eval: dev ## measure answers, stage by stage, and compare with docs/quality; how questions are understood: time, and what each table gains
	@$(BIN)/python -m tests.benchmarks.quality $(ARGS)
	@$(BIN)/python -m tests.benchmarks.understanding --own

eval-full: $(VENV)/.bench ## the same with every question of the large suites, a crowd of other pages, peers, ablations; compares with nothing
	@$(BIN)/python -m tests.benchmarks.quality --full --peers $(ARGS)
	@$(BIN)/python -m tests.benchmarks.understanding
	@$(BIN)/python -m tests.benchmarks.ablations

eval-twenty: dev ## print twenty answers of the office suite as they stand on the screen (ARGS="--seed 7 --suite everyday")
	@$(BIN)/python -m tests.benchmarks.twenty $(ARGS)

eval-claims: dev ## measure which claims of a model are shown (ARGS="--set PREFIX" for another set)
	@$(BIN)/python -m tests.benchmarks.claims $(ARGS)

eval-model: dev ## ask the questions through the model of LLM_BASE_URL: claims, refusals, tokens, seconds (ARGS="--limit 20")
	@$(BIN)/python -m tests.benchmarks.model $(ARGS)

eval-update: dev ## measure answers and write docs/quality.md
	@$(BIN)/python -m tests.benchmarks.quality --write
	@$(BIN)/python -m tests.benchmarks.understanding --write

fit: $(VENV)/.bench ## fit the weights of search again: retrieval/ranking/ranking.json
	@$(BIN)/python -m tests.benchmarks.fit_ranking

fit-reader: $(VENV)/.train ## train the reader again: retrieval/ranking/reader.onnx (an hour on two cores)
	@$(BIN)/python -m tests.benchmarks.reader

bench: $(VENV)/.bench ## measure speed beside others and against the budgets: docs/performance.md
	@$(BIN)/python -m tests.benchmarks

bench-log: dev ## measure reading a log of 200,000 exchanges
	@$(BIN)/python -m tests.benchmarks.log_reading

bench-quick: $(VENV)/.bench ## the same in about two minutes, for a before and after; writes nothing
	@$(BIN)/python -m tests.benchmarks --quick

lock: dev ## write the locked requirements again
	@$(BIN)/uv --version >/dev/null 2>&1 || $(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --extra setup pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --extra setup --extra dev --extra fit -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --extra setup --extra dev --extra fit --extra bench -c requirements-dev.txt pyproject.toml -o requirements-bench.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --override requirements-llm.override -c requirements-dev.txt requirements-llm.in -o requirements-llm.txt

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Đang cài vào $(VENV), mất vài phút … (setting up)"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@PYTHONWARNINGS=ignore $(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.installed
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.bench: requirements-bench.txt $(VENV)/.dev
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

$(VENV)/.train: pyproject.toml $(VENV)/.dev
	@$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation -e .[train]
	@touch $@

# The model server has its own environment. It is compiled once: its wheel is kept.
$(LLM)/.installed: requirements-llm.txt | $(VENV)/bin/python
	@$(BIN)/python -m venv --clear $(LLM)
	@awk '/^[a-z]/ {own = /^llama-cpp-python==/} own' $< > $(LLM)/server.txt
	@awk '/^[a-z]/ {own = /^llama-cpp-python==/} !own' $< > $(LLM)/others.txt
	@set -e; wanted=$$(sed -n 's/^llama-cpp-python==\([0-9.]*\).*/\1/p' $<); \
	if ! ls $(WHEELS)/llama_cpp_python-$$wanted-*.whl >/dev/null 2>&1; then \
		echo "Compiling the model server: ten minutes, once …"; \
		$(LLM)/bin/pip wheel -q --disable-pip-version-check --no-deps --require-hashes -r $(LLM)/server.txt -w $(WHEELS); \
	fi; \
	$(LLM)/bin/pip install -q --disable-pip-version-check --no-deps --require-hashes -r $(LLM)/others.txt; \
	$(LLM)/bin/pip install -q --disable-pip-version-check --no-deps --no-index --find-links $(WHEELS) llama-cpp-python==$$wanted
	@touch $@
