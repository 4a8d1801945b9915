"""The ACD: pure and deterministic. It does no I/O, reads no clock, draws no lots."""
