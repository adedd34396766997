"""The command line: the only click, the only exit codes, and the one place where all rooms meet."""
