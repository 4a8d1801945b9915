"""Courses made from a recorded journal, and what could have been otherwise."""
