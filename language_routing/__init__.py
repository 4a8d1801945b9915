"""Which nurse can serve which caller, by language."""
