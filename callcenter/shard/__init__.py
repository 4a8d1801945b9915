"""The one fold of a shard: today the ACD; callbacks and cases join it later. Pure."""
