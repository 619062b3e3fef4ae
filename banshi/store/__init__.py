"""Tables, their migrations and the repositories over them.

Belongs here: SQL, on SQLite and on PostgreSQL alike. Does not belong here: decisions (who may do what, what may follow what).
May import: `banshi.text`.
"""
