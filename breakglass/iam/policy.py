"""A policy: its statements as values, and compiled, once for each distinct document."""
