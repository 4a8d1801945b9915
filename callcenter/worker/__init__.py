"""Worker: what need not happen in the moment (text messages, the independent check), by RQ."""
