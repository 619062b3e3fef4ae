"""What is told to those who oversee the service, and what is owed to citizens about their own words.

Belongs here: monthly reports, open data, the archive of what was published, forgetting, and the audit that all ends answer alike.
Does not belong here: routes and commands. May import: everything but `banshi.web`.
"""
