"""The call center behind 1177: an ACD on Asterisk. Start at ARCHITECTURE.md."""
