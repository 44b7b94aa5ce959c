"""Charts, one file for each analysis."""
