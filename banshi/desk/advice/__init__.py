"""What an operator may say while a citizen speaks: found, put into words for speaking, held still, counted."""
