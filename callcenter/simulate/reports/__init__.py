"""What people read of a run: the page with its charts, and tables for a terminal."""
