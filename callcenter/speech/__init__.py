"""Speech: renders the prompts of the catalog and the music on hold into sound files."""
