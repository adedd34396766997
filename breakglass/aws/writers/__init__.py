"""One writer per kind of IAM resource: a change is a short list of idempotent calls."""
