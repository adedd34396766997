"""What is asked of what was read back: for each control, a function of the evidence that yields findings."""
