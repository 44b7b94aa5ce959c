# A thin layer over `python -m helpers …`; see README.md for the same without make.
PYTHON ?= python3
RUN = .venv/bin/python -m helpers
READY = .venv/ready-report

unexport PYTHONDONTWRITEBYTECODE  # each notebook's process would compile every library anew

.DEFAULT_GOAL := help
.PHONY: help report refresh accept test check lab mutate check-sources official \
  authority authorities clean

help:  ## list what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

.venv/ready-report: requirements.txt
.venv/ready-test: requirements-test.txt $(READY)
.venv/ready-lab: requirements-lab.txt $(READY)
.venv/ready-%:
	@$(PYTHON) src/helpers/environment.py $*
	@touch $@

report: $(READY)  ## run the notebooks; write data/processed and reports/index.html
	@$(RUN) report

test: .venv/ready-test  ## unit tests, data tests and nbval over every notebook
	@$(RUN) test

check: test  ## test, then style, types and the slow tests
	@$(RUN) check

refresh: $(READY)  ## run the notebooks in place and keep their new outputs
	@$(RUN) refresh

accept: .venv/ready-test  ## accept what the pages now say, once you have read what differs
	@.venv/bin/python tests/test_said.py

lab: .venv/ready-lab  ## JupyterLab on the notebooks
	@$(RUN) lab

mutate: .venv/ready-test  ## change the tables one cell at a time; report what notices
	@.venv/bin/python tests/mutate.py

check-sources: $(READY)  ## check every row against the source texts: DIR=folder
	@$(RUN) check-sources "$(DIR)"

official: $(READY)  ## compile data/raw/official from the published files: DIR=folder
	@$(RUN) official "$(DIR)"

authority: $(READY)  ## the page of one authority: AUTHORITY="Sefton"
	@$(RUN) authority "$(AUTHORITY)"

authorities: $(READY)  ## the pages of all authorities in England
	@$(RUN) authorities

clean:  ## remove the environments and the pages
	rm -rf .venv reports .run
