"""What a verification came to, for people, for machines, for build servers and for Security Hub."""
