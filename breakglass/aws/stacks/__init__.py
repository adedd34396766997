"""CloudFormation: stacks of their own, StackSets, and the resources they take over."""
