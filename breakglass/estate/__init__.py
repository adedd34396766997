"""What should be, what is, and what differs: pure functions over resources."""
