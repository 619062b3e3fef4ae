"""What servers on one database tell each other beside it: that somebody should look. What there is to see stands in the database.

Belongs here: the bell between servers, and how numbers are sealed for all of them. Not here: texts, conversations, anything that is lost
when a ring is. May import `banshi.store` and below.
"""
