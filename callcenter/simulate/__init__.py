"""Simulation: the production ACD on invented or recorded arrivals, and what it is compared with.

`scenarios` and `recordings` say what comes, `engine` lets it happen. `ours` is the production
fold and `baseline` a model of Asterisk's rules behind the same interface
(`model.Distribution`); `outcome` and `summary` say what came of it, `reports` show it.
"""
