"""Playbooks for people and machines: on a terminal, on paper, as a notebook, as documents of Systems Manager."""
