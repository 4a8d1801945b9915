"""Everything that speaks to one Asterisk node."""
