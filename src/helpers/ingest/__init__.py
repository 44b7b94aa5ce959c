"""Published files and reports, turned into rows."""
