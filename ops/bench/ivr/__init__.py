"""The IVR under load: how soon it answers a key, what a caller costs, who gets lost."""
