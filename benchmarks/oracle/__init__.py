"""A differential test against @cloud-copilot/iam-simulate: development only, never part of what is shipped."""
