"""Small modules that keep the notebooks readable: evidence in, tables, charts and pages out."""

__version__ = "0.4.5"
