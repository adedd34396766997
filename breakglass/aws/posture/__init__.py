"""What surrounds emergency access: read by verification, and by nothing else."""
