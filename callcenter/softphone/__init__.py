"""Softphones: real SIP phones for simulated nurses and callers, and SIPp for many at once."""
