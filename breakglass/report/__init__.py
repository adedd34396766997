"""Plans, findings and outcomes as text and as JSON; knows no room."""
