"""The review run's room: proves that exactly the intended access exists."""
