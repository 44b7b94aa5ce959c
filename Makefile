# A thin layer over `python -m helpers …`; see README.md for the same without make.
PYTHON ?= python3
RUN = .venv/bin/python -m helpers
LOCK = pyproject.toml src/helpers/environment.py

.DEFAULT_GOAL := help
.PHONY: help report refresh test check lab mutate reproduce bench check-sources official \
  authority authorities clean

help:  ## list what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

.venv/ready: requirements.txt $(LOCK)
	@$(PYTHON) src/helpers/environment.py report
	@touch $@

.venv-lab/ready: requirements.txt requirements-lab.txt $(LOCK)
	@$(PYTHON) src/helpers/environment.py lab
	@touch $@

report: .venv/ready  ## run the notebooks; write data/processed and reports/index.html
	@$(RUN) report

test: .venv/ready  ## unit tests, data tests and nbval over every notebook
	@$(RUN) test

check: test  ## test, then style, types and the slow tests
	@$(RUN) check

refresh: .venv/ready  ## run the notebooks in place and keep their new outputs
	@$(RUN) refresh

lab: .venv-lab/ready  ## JupyterLab on the notebooks
	@.venv-lab/bin/python -m helpers lab

mutate: .venv/ready  ## change the tables one cell at a time; report what notices
	@.venv/bin/python tests/mutate.py

reproduce: .venv/ready  ## two runs in two places, compared byte for byte, with checksums
	@.venv/bin/python tests/reproduce.py

bench: .venv/ready  ## times beside other ways of running the same; writes docs/benchmarks.md
	@.venv/bin/python tests/bench.py

check-sources: .venv/ready  ## check every row against the source texts: DIR=folder
	@$(RUN) check-sources "$(DIR)"

official: .venv/ready  ## compile data/raw/official from the published files: DIR=folder
	@$(RUN) official "$(DIR)"

authority: .venv/ready  ## the page of one authority: AUTHORITY="Sefton"
	@$(RUN) authority "$(AUTHORITY)"

authorities: .venv/ready  ## the pages of all authorities in England
	@$(RUN) authorities

clean:  ## remove the environments and the pages
	rm -rf .venv .venv-lab reports .run
