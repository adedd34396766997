"""What policies of others leave of the steps responders have to take."""
