"""`make bench`: measurements, each a file `build/bench/<name>.json`."""
