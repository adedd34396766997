"""CloudFormation: stacks and StackSets that make what they make by the calls of the services themselves.

Each call is judged as the principal CloudFormation acts as, carried out like any other, and told by CloudTrail.
"""
