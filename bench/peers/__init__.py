"""What somebody could use instead, in its smallest honest form."""
