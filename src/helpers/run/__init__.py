"""One run: the notebooks in order, whole or not at all."""
