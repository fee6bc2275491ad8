# taskchat: `make help` lists the commands.
# Everything runs as `python -m`, so a moved or oddly named folder does not break the scripts of the virtual environment.

.DEFAULT_GOAL := help
.PHONY: run dev test test-quick test-changed soak check types rules lock lock-page messages user password backup restore upgrade-postgres deploy bench exam mutate screenshots help

python := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)# bun, which Reflex builds the page with, comes from a wheel
# Where it is set, as in some containers, each process compiles all modules anew: 6 s of CPU for each test worker.
unexport PYTHONDONTWRITEBYTECODE

# What is given as make NAME=value reaches the recipes as an environment variable, unchanged: neither make nor the shell
# reads commands out of it ($(shell …), `…`). Recipes therefore use "$$NAME".
given := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
$(foreach name,$(given),$(eval override $(name) := $$(value $(name)))$(eval export $(name)))

# A file is one worker's, for its tests share a server; the files go out in the order of tests/conftest.py. Tests wait for
# servers and browsers half of the time: three workers, with quick files among theirs, keep two processors busy.
by_file := --dist loadfile --no-loadscope-reorder

# BROWSER=chromium-headless-shell, or playwright for the one that Playwright installs, chooses the tests' browser. Only an
# argument of make counts: desktops have a variable of this name for something else.
with_browser := $(if $(filter BROWSER,$(given)),--browser "$$BROWSER")
# Without any browser the tests that need one are skipped, and the end of the run says so.
has_browser = $(if $(and $(with_browser),$(filter playwright,$(value BROWSER))),false,command -v chromium || command -v chromium-headless-shell)
ensure_browser = { $(has_browser); } >/dev/null || $(python) -m playwright install chromium || true

babel := $(python) -m babel.messages.frontend --quiet
locales := taskchat_app/i18n/locales
template := .venv/messages.pot

# Without --no-deps, pip 23 takes the newest granian for reflex's `granian[reload]>=2.7` and refuses it for want of a hash.
install := $(python) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r
# For every system and Python version that taskchat runs on; versions stay unless UPGRADE is set.
lock := $(python) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--annotation-style line --custom-compile-command 'make lock' $(if $(value UPGRADE),--upgrade)

run: .venv/runtime-installed ## Set everything up, then serve the app on http://localhost:3000 (PORT and HOST change that)
	@exec $(python) -m reflex run --env prod

dev: .venv/runtime-installed ## The same app with hot reload
	@exec $(python) -m reflex run --env preview

test: .venv/tools-installed ## Set everything up, then run what a change can break, browser tests included (TESTS=tests/ui/chat runs some)
	@$(ensure_browser)
	@exec $(python) -m pytest --numprocesses 3 $(by_file) $(with_browser) $$TESTS

test-quick: .venv/tools-installed ## What needs no browser, no server process of its own and no whole request, turn or import
	@exec $(python) -m pytest --numprocesses 2 $(by_file) -m "not server and not long"

test-changed: .venv/tools-installed ## What the changes since the last commit can reach, for a look between two changes
	@exec $(python) -m tests.changed

soak: .venv/tools-installed ## What needs minutes to say something: faults, floods, other servers, random work, further windows (WITHIN=600 begins none after 10 minutes)
	@$(ensure_browser)
	@exec $(python) -m pytest --numprocesses 2 $(by_file) --soak $(with_browser) $$TESTS

check: .venv/tools-installed ## Formatter, linter, type checker, import directions, known vulnerabilities; no test
	@$(MAKE) --no-print-directory --keep-going --jobs=2 types rules

# The types take most of a minute on one processor, the rest is done beside them.
types:
	@$(python) -m pyright

rules:
	@$(python) -m ruff format --check .
	@$(python) -m ruff check .
	@$(python) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	@$(python) -m tests.project.vulnerabilities requirements-dev.lock
	@$(python) -m tests.project.page_vulnerabilities reflex.lock

lock: .venv/tools-installed ## Write requirements*.lock and reflex.lock anew after a change of what they lock (UPGRADE=1 takes new versions of all that brings)
	@$(lock) requirements.txt --output-file requirements.lock
	@$(lock) requirements-dev.txt --constraint requirements.lock --output-file requirements-dev.lock
	@$(MAKE) --no-print-directory lock-page

# Compiling the page says what it needs. The lock names no registry, so that each server may have its own.
lock-page: .venv/tools-installed
	@$(if $(value UPGRADE),rm -rf reflex.lock)
	@REFLEX_WEB_WORKDIR=.web-lock $(python) -m reflex compile --no-rich >/dev/null
	@rm -rf .web-lock
	@sed -i.bak -E 's#"https?://[^"]*"#""#' reflex.lock/bun.lock && rm reflex.lock/bun.lock.bak
	@$(python) -m json.tool --indent 2 reflex.lock/package.json reflex.lock/package.json

messages: .venv/tools-installed ## Bring the catalogues up to date with the sentences in the code (ADD=fr begins another one)
	@$(babel) extract --no-wrap --add-location=file --sort-by-file --output-file=$(template) taskchat_app
	@test -z "$$ADD" || $(babel) init --locale="$$ADD" --input-file=$(template) --output-file="$(locales)/$$ADD.po"
	@for file in $(locales)/*.po; do \
		$(babel) update --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
			--locale=$$(basename $$file .po) --input-file=$(template) --output-file=$$file || exit 1; \
		sed -i.bak -E '/^"(Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team):/d' $$file; \
		rm $$file.bak; done

user: .venv/runtime-installed ## Add a person (EMAIL=…), and print a link to set the password
	@exec $(python) -m taskchat_app.admin user "$$EMAIL"

password: .venv/runtime-installed ## Replace a forgotten password (EMAIL=…): ends all logins, prints a link to set a new one
	@exec $(python) -m taskchat_app.admin password "$$EMAIL"

backup: .venv/runtime-installed ## Write all data to a file (FILE=…), also while the app runs
	@exec $(python) -m taskchat_app.admin backup "$$FILE"

restore: .venv/runtime-installed ## Replace all data by those of a backup (FILE=…); asks first if there are data
	@exec $(python) -m taskchat_app.admin restore "$$FILE"

upgrade-postgres: .venv/runtime-installed ## Bring the data of an older embedded Postgres into the one of this version
	@exec $(python) -m taskchat_app.admin upgrade-postgres

deploy: .venv/runtime-installed ## Deploy with reflex deploy, or say what it needs
	@exec $(python) -m taskchat_app.deploy

bench: .venv/tools-installed ## The benchmarks, as ratios against a baseline measured in the same run
	@exec $(python) -m benchmarks

exam: .venv/tools-installed ## How many sentences and dates of other projects are read right, asked about, or read wrong
	@exec $(python) -m tests.exams

mutate: .venv/tools-installed ## Break the core in small ways and count what the tests notice (SAMPLE=150 tries as many, ONLY=undo one module, KIND=omitted what is left out)
	@exec nice -n 5 $(python) -m tests.mutation --sample "$${SAMPLE:-0}" --seed "$${SEED:-8}" --only "$$ONLY" --kind "$$KIND"

screenshots: .venv/tools-installed ## Pictures of every page and state in .screenshots/, and the two of the README
	@exec $(python) -m tests.ui.gallery

help: ## These lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The stamps are touched last: an interrupted installation is taken up again, a finished one costs nothing. They go where
# the environment's Python has been replaced by the system and does not find the packages any more, or does not run.
has_packages := import importlib.util, sys; sys.exit(importlib.util.find_spec("reflex") is None)
stamps := .venv/runtime-installed .venv/tools-installed
$(shell [ ! -e .venv/runtime-installed ] || $(python) -c '$(has_packages)' 2>/dev/null || rm -f $(stamps))
.venv/runtime-installed: requirements.lock
	@$(ensure_venv)
	@echo "Installing taskchat's dependencies (first run or changed requirements)"
	@$(install) requirements.lock
	@touch $@

.venv/tools-installed: requirements-dev.lock .venv/runtime-installed
	@echo "Installing the tools for tests and checks"
	@$(install) requirements-dev.lock
	@touch $@

new_enough := import sys; sys.exit(sys.version_info < (3, 11))

define ensure_venv
$(python) -c '$(new_enough)' 2>/dev/null && $(python) -m pip --version >/dev/null 2>&1 && exit 0; \
for candidate in python3 python3.14 python3.13 python3.12 python3.11; do \
  "$$candidate" -c '$(new_enough)' 2>/dev/null || continue; \
  found=$$candidate; \
  "$$candidate" -c 'import ensurepip, venv' 2>/dev/null && exec "$$candidate" -m venv --clear .venv; \
done; \
if [ -n "$$found" ]; then \
  echo "$$found cannot make a virtual environment: install its venv module (Debian, Ubuntu: apt install python3-venv)" >&2; \
else \
  echo "taskchat needs Python 3.11 or newer, and there is none on the PATH ($$(python3 --version 2>&1))" >&2; \
fi; \
exit 1
endef
