"""What CloudTrail would write of everything that comes through the door, and of the console's sign-ins."""
