# Everything a change needs, from a clean clone: `make serve` shows the site, `make test` checks all of it.
# Nothing is done twice: what was installed or built is done again only when what it was made from has changed.

VENV := .venv
BIN := $(VENV)/bin
PORT := 8000
# PYTHON=… names the Python of a new .venv, such as 3.11 for the unit tests; the site's build wants 3.12 (.ci/find-python).

# Files inside the site and the wheel carry the time of the last commit, so that two builds of it are the same.
export SOURCE_DATE_EPOCH := $(shell git log -1 --format=%ct 2>/dev/null || echo 315532800)
# Byte code stays out of the source folders, whose times say whether the site must be built again.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/bytecode
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The theme advertises its successor at every build, in the same colours as a failure.
export NO_MKDOCS_2_WARNING := 1

# Folders count too: their time changes when a file goes away.
SITE_INPUTS := mkdocs.yml pyproject.toml $(shell find docs overrides planner -not -name __pycache__ -not -name '*.pyc')

# Another name when FAST changes, so that the site is built again.
BUILT_FOR := .cache/site-fast$(FAST)

# Where words are ours; generated files and recorded logs hold those of others.
SPELT := README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md .ci .github docs overrides planner tests/*.py tests/*/*.py

# A process for each core; one that has nothing left to do takes tests of another.
ALL_CORES := --numprocesses auto --dist worksteal

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve build wheel test lint unit site browser pool fuzz bench used-functions golden sources

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: build ## build the site and serve it on http://127.0.0.1:8000 (PORT=… for another; FAST=0 builds sooner)
	@echo "The site is on http://127.0.0.1:$(PORT)/ (Ctrl-C stops it)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory site

build: site/index.html ## build the site into site/

wheel: $(VENV)/.site-tools ## build the wheel into dist/, the same bytes for the same commit
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

test: lint unit site browser pool ## everything below that checks, and what it needs of the system first (see .ci/install-tools)

lint: $(VENV)/.site-tools $(VENV)/.test-tools node_modules/.installed ## style, types, layers and workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell $(SPELT)
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir .cache/import-linter
	$(BIN)/zizmor --quiet --offline .github
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.citation-file-format --default-filetype yaml CITATION.cff
	$(BIN)/shellcheck .ci/* tests/htcondor/make-root tests/htcondor/enter tests/htcondor/gpu-cards
	node_modules/.bin/biome check
	node_modules/.bin/tsc --project jsconfig.json && node_modules/.bin/tsc --project jsconfig.worker.json

unit: $(VENV)/.test-tools ## the tests that need neither site nor browser nor pool, on all cores (minutes)
	$(BIN)/pytest $(ALL_CORES) --cov --ignore tests/site --ignore tests/browser --ignore tests/htcondor

site: build $(VENV)/.test-tools ## the tests of the built site's files
	$(BIN)/pytest tests/site

browser: build $(VENV)/.test-tools ## the tests in a real browser
	.ci/install-tools
	chromium=$$(.ci/find-chromium) && CHROMIUM="$$chromium" $(BIN)/pytest tests/browser

# Built once, by root on a Debian; elsewhere the tests on the pool say in a line why they were skipped.
pool: $(VENV)/.test-tools ## the tests on a real HTCondor pool, which is built first (Debian, root, debootstrap)
	.ci/install-tools
	if [ "$$(id -u)" = 0 ] && command -v debootstrap >/dev/null; then tests/htcondor/make-root .cache/pool; fi
	$(BIN)/pytest tests/htcondor

# Values and whole bundles made of what shells, HTCondor and others would act on; `make test` tries 100,000 and 2,000.
fuzz: $(VENV)/.test-tools ## the tests with hostile text and of a long session, far longer than `make test` does
	HOSTILE=2000000 BUNDLES=20000 EDITS=10000 $(BIN)/pytest $(ALL_CORES) tests/hostile tests/web/test_endurance.py

bench: build $(VENV)/.test-tools ## measure every bar of speed, and write docs/reference/performance.md (Linux, minutes)
	chromium=$$(.ci/find-chromium) && CHROMIUM="$$chromium" $(BIN)/python -m bench
	$(BIN)/python -m bench.logs

used-functions: build $(VENV)/.test-tools ## find again which functions of Python's module the page calls (minutes, both browsers)
	chromium=$$(.ci/find-chromium) && CHROMIUM="$$chromium" $(BIN)/python -m bench.used_functions

golden: $(VENV)/.test-tools ## rewrite the golden files and the list of known words; read the diff before you commit it
	$(BIN)/pytest tests --ignore tests/site --ignore tests/browser --ignore tests/htcondor --golden
	git --no-pager diff --stat -- tests/golden tests/known-words.tsv

sources: $(VENV)/.site-tools ## list what figures and judgements rest on, the source read longest ago first
	$(BIN)/python -m planner sources

# mkdocs runs as a module so that it finds `planner` and `overrides` of this working tree.
site/index.html: $(SITE_INPUTS) $(VENV)/.site-tools node_modules/.installed $(BUILT_FOR)
	$(BIN)/python -m mkdocs build --quiet --strict
	@touch $@

# FAST=0 leaves out all that makes Python start fast, for quick builds while a rule changes: another site.
$(BUILT_FOR):
	mkdir -p $(@D) && rm -f $(@D)/site-fast* && touch $@

$(BIN)/python:
	python=$${PYTHON:-$$(.ci/find-python)} && "$$python" -m venv $(VENV)

$(VENV)/.site-tools: requirements/site.txt $(BIN)/python
	$(BIN)/pip install --quiet --require-hashes --requirement requirements/site.txt
	@touch $@

$(VENV)/.test-tools: requirements/test.txt $(BIN)/python
	$(BIN)/pip install --quiet --require-hashes --requirement requirements/test.txt
	@touch $@

node_modules/.installed: package.json package-lock.json .npmrc
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
