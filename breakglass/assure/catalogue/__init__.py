"""The controls as data, one module a group: rows that say what is demanded and why, and the check of each."""
