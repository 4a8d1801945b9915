"""What operates and measures the service; not part of it."""
