"""AWS behind the ports: the only boto3 and botocore, one reader per service, one writer per kind of resource."""
