"""Tables and repositories. Belongs here: SQL. Does not belong here: decisions. May import: `banshi.text`."""
