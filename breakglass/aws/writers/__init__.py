"""One writer per kind of resource: a change is a short list of idempotent calls."""
