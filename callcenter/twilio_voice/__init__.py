"""Twilio: the same flows as TwiML documents, for calls that come in through Twilio."""
