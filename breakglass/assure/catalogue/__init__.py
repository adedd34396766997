"""The controls, group by group."""
