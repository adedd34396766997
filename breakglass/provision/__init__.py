"""The platform team's room: makes the desired state real."""
