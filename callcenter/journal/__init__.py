"""The journal: one ordered stream of events per shard, on Redis Streams."""
