"""The race: one Asterisk, the same callers and nurses, our service against app_queue."""
