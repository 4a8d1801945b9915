"""Invented courses: who calls and who works, from YAML, and what Erlang C says of it."""
