"""Responders: what gets a person into the right role when everything else is down."""
