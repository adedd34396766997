"""CloudTrail: which events a pattern matches, as CloudWatch Logs and EventBridge would say."""
