# One verb per chore.  Every target sets up what it needs in .venv; Node is only needed for the conformance tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Test files are spread over the cores, two at the least; the tests of one file stay in one process, where they share a server.
WORKERS ?= $(shell cores=$$(nproc 2> /dev/null || echo 2); echo $$((cores > 2 ? cores : 2)))
PYTEST := $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder
EXAMPLE := examples/monorepo
# What was compiled is kept: tests start thousands of processes, and to compile anew takes each of them a third of a second.
export PYTHONDONTWRITEBYTECODE :=
VSCODE := editors/vscode
VSCODE_STAMP := $(VSCODE)/node_modules/.package-lock.json
VSCODE_CACHE := $(or $(WORKFLOW_LS_EDITORS_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/workflow-ls-editors)

PROGRAM_VENV := .venv-program
PROGRAM_STAMP := $(PROGRAM_VENV)/.installed

.PHONY: try fast test lint types beside unit editors docs site nightly conformance faults coverage mutate bench bench-server pictures recording program npm vscode dist dist-in-ci test-dist vsix vsix-both test-vscode pictures-vscode release clean

## try: set up, and run the main job on the example monorepo (check, a fix's diff, explain)
try: $(STAMP)
	@echo "--- workflow-ls check $(EXAMPLE) --statistics"
	@$(BIN)/workflow-ls check $(EXAMPLE) --statistics --exit-zero
	@echo "--- workflow-ls check $(EXAMPLE)/packages/billing"
	@$(BIN)/workflow-ls check $(EXAMPLE)/packages/billing --exit-zero
	@echo "--- workflow-ls fix --diff $(EXAMPLE)/packages/billing"
	@$(BIN)/workflow-ls fix --diff $(EXAMPLE)/packages/billing || true
	@echo "--- workflow-ls explain @shared/workflow/secrets --from $(EXAMPLE)/packages/billing/src/invoice-blocked.ts"
	@$(BIN)/workflow-ls explain @shared/workflow/secrets --from $(EXAMPLE)/packages/billing/src/invoice-blocked.ts

## fast: the tests that start no processes, in less than a minute: run it after each change
fast: $(STAMP)
	WORKFLOW_LS_FAST=1 $(PYTEST) -m "not slow"

## test: set up, then lint, types, the documentation, and all tests; those of the editors where these are there
test: lint types site beside dist-in-ci

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m tools.commits -1 HEAD

types: $(STAMP)
	$(BIN)/mypy

# A window of the workbench is waited for most of the time: its tests run beside the others, and print what they say after
# them.
beside: $(STAMP)
	@log=$$(mktemp); $(MAKE) --no-print-directory editors > "$$log" 2>&1 & editors=$$!; \
	$(MAKE) --no-print-directory unit; unit=$$?; \
	wait $$editors; editors=$$?; cat "$$log"; rm -f "$$log"; \
	test $$unit -eq 0 && test $$editors -eq 0

## unit: all tests but those in VS Code
unit: $(STAMP)
	$(PYTEST)

## docs: generate the rule pages, the schemas, VS Code's settings and the tables in docs/; then check and build the site
docs: $(STAMP)
	$(BIN)/python -m tests.generate
	@if command -v node > /dev/null; then node editors/vscode/scripts/generate.mjs; \
	else echo "SKIPPED the settings of VS Code: Node is missing. Install Node 20 and run make docs again."; fi
	@$(MAKE) --no-print-directory site

## site: check the spelling of the documentation, its links and anchors, and build its site into dist/site
site: $(STAMP)
	$(BIN)/codespell $$($(BIN)/python -m tools.site.build --list)
	$(BIN)/python -m tools.site.build

## nightly: the generative tests with many more examples, and the cases that make test leaves out: thousands of monorepos, longer fuzzing
nightly: $(STAMP)
	WORKFLOW_LS_NIGHTLY=1 $(PYTEST) -m "hypothesis or generative or nightly"

## conformance: compare with TypeScript and Node on a large corpus, into tests/conformance/REPORT.md (needs Node and npm)
conformance: $(STAMP)
	$(BIN)/python -m tests.conformance.report

## faults: write the list of faults and hostile input, tests/faults/FAULTS.md, and run the tests that it names
faults: $(STAMP)
	$(BIN)/python -m tests.faults.report
	$(PYTEST) tests/faults

## coverage: which lines and branches no test runs through; fails below 95 %
coverage: $(STAMP)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -p no:cacheprovider
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

## mutate: break rewriting and resolution in one small way at a time; lists the breaks that no test notices (hours)
mutate: $(STAMP)
	$(BIN)/python -m tools.mutation

## bench: compare with ripgrep, ast-grep and its server, oxlint and ESLint, into bench/RESULTS.md (TREE=… for a tree of yours)
bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python bench/run.py --write $(if $(TREE),,--anew) $(TREE)
	$(BIN)/python bench/server.py --write

## bench-server: latency of the language server beside ast-grep's, in one run, as ratios
bench-server: $(STAMP)
	$(BIN)/python bench/server.py --hour 0

## pictures: write all pictures of the documentation anew: Neovim's, VS Code's and the recordings (needs tmux, Node 20, npm)
pictures: $(STAMP) recording pictures-vscode
	WORKFLOW_LS_PICTURES=1 $(BIN)/python -m pytest -q tests/editors/test_nvim_pictures.py

## recording: record the tour in a terminal and the way through VS Code, and the page of the progress, into docs/images (needs tmux, Chromium, Node 20, npm)
recording: $(STAMP) vsix-both
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group recording
	$(BIN)/python -m tools.recording.terminal
	$(BIN)/python -m tools.recording.page
	$(BIN)/python -m tools.recording.workbench

## program: build the command line and server with the Python that they run on, for this platform, into dist/program
program: $(PROGRAM_STAMP)
	$(PROGRAM_VENV)/bin/python -m tools.program.build

## npm: pack workflow-ls and the package of this platform, with the program inside, into dist/npm (needs Node 20 and npm)
npm: program
	node npm/pack.mjs

## vscode: build the .vsix of this platform, with the program inside, and nothing else (needs Node 20 and npm)
vscode: program $(VSCODE_STAMP)
	cd $(VSCODE) && npm run --silent package -- --program

## dist: all that is published, for this platform: the wheel, the program, the npm packages, and both .vsix (needs Node 20 and npm)
dist: $(STAMP) npm vsix
	$(BIN)/python -m build --outdir dist .
	cd $(VSCODE) && npm run --silent package -- --program

# What it builds takes PyInstaller, and a minute: only CI does it unasked.
dist-in-ci:
	@if test -n "$$CI"; then $(MAKE) --no-print-directory test-dist; \
	else echo "SKIPPED the tests of the program and of the npm packages: make test-dist builds and runs them"; fi

## test-dist: build the program and the npm packages, and test them without Python (needs Node 20 and npm)
test-dist:
	@if ! command -v npm > /dev/null; then echo "SKIPPED the tests of the program and of the npm packages: npm (Node 20 or newer) is missing"; \
	elif ! $(MAKE) --no-print-directory $(PROGRAM_STAMP); then echo "SKIPPED the tests of the program and of the npm packages: PyInstaller can't be installed"; \
	else $(MAKE) --no-print-directory npm $(STAMP) && WORKFLOW_LS_DIST=1 $(BIN)/python -m pytest -q tests/dist; fi

## vsix: build editors/vscode/out/workflow-ls-VERSION.vsix, with the server's wheel inside (needs Node 20 and npm)
vsix: $(STAMP) $(VSCODE_STAMP)
	cd $(VSCODE) && npm run --silent check && PYTHON=$(abspath $(BIN)/python) npm run --silent package

# For what runs in the workbench: the .vsix of this platform that is there may carry a program of long ago.
vsix-both: vsix program
	cd $(VSCODE) && npm run --silent package -- --program

## release: date and tag the version at hand, and begin the NEXT one (make release NEXT=0.2.0); pushing the tag publishes
release: $(STAMP)
	@$(BIN)/python -m tools.release $(NEXT)

## test-vscode: the extension in the real workbench (Linux); sets up what it needs, and says what it can't have
test-vscode:
	@if ! command -v npm > /dev/null; then echo "SKIPPED the tests in the VS Code workbench: npm (Node 20 or newer) is missing"; \
	else $(MAKE) --no-print-directory vsix && \
	  if $(MAKE) --no-print-directory program; then (cd $(VSCODE) && npm run --silent package -- --program); \
	  else echo "SKIPPED the .vsix of this platform: the program can't be built"; fi && \
	  node $(VSCODE)/test/run.mjs $(VSCODE_OPTIONS); fi

# Only CI, and who ran `make test-vscode` before, has the gigabyte of tools that these tests need.  What differs in detail only is left out here.
editors:
	@if test -n "$$CI" || test -d "$(VSCODE_CACHE)/code-server"; then $(MAKE) --no-print-directory test-vscode VSCODE_OPTIONS=--brief; \
	else echo "SKIPPED the tests in the VS Code workbench: make test-vscode sets up what they need (1 GB) and runs them"; fi

## pictures-vscode: write the pictures in editors/vscode/README.md anew
pictures-vscode: vsix-both
	node $(VSCODE)/test/run.mjs --require --pictures

$(VSCODE_STAMP): $(VSCODE)/package.json $(VSCODE)/package-lock.json
	cd $(VSCODE) && npm ci --silent
	@touch $@

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

$(PROGRAM_STAMP): pyproject.toml
	$(PYTHON) -m venv $(PROGRAM_VENV)
	$(PROGRAM_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(PROGRAM_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable . --group program
	@touch $@

clean:
	rm -rf $(VENV) $(PROGRAM_VENV) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
