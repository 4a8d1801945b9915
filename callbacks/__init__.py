"""Medical callbacks and kept places. The promises themselves come with their own issue."""
