"""Whether a playbook and its policy fit each other, proved in both ways, and what else may be wrong with either."""
