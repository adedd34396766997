"""breakglass.yaml: the one file a platform team writes, as a value and as text with line numbers."""
