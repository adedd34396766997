"""What is claimed of emergency access, each claim a question to the policy engine over all requests."""
