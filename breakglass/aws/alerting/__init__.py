"""What an account and region hold of the alerting, service by service."""
