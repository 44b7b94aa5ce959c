# ruff: noqa: F401
"""What the notebooks and the pages need, loaded once for all their processes, which share its memory."""

import gc

import helpers.charts.claims
import helpers.charts.event_study
import helpers.charts.grades
import helpers.charts.recovery
import helpers.charts.series
import helpers.charts.survival
import helpers.pages.answers
import helpers.pages.export
import helpers.pages.notebook

gc.freeze()  # so that no collection in a process writes to it, and so copies it
