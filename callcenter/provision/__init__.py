"""Provisioning: get the programs that the call center runs on, without root, and keep them."""
