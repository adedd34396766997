"""Responders: what they sign in with."""
