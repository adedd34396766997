"""What stands before every operation: what AWS would ask of whom, and what the policy engine says to it.

Each operation has a row: the actions it asks for, the resources they are about, the condition keys it brings. One
without a row is denied as not modelled. The documents are those that are in the sandbox at that moment.
"""
