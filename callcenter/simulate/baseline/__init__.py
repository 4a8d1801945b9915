"""What ours is compared with: a model of the rules of Asterisk's app_queue."""
