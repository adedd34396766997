"""The deployment package of the function that verifies on schedule."""
