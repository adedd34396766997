"""Playbooks: what people do in an emergency, and the rights that follow from it."""
