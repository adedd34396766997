"""What AWS says of its actions, resources and condition keys, and what no playbook's policy may say.

It needs the extra `lint`; importing this package does not.
"""
