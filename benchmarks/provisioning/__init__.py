"""What `benchmarks/provision.py` measures against: an AWS that costs little, and a script that does the same."""
