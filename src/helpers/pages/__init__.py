"""What is shown: in a notebook, on a page."""
