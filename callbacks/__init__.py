"""Medical callbacks and kept places: somebody is to be rung, and is tracked until she was.

Pure: `callback` (one of them, and its moves), `attempts` (when to try again), `policy`, `capacity`
(which times can be promised), `ledger` (all of them). Around them: `numbers`, `texts`, `jobs`.
"""
