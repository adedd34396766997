"""Verification on schedule: what AWS Lambda calls, and what becomes of what was found."""
