"""Staff: who signs in, how, and what they may do. Belongs here: passwords, sessions, accounts, roles and scopes, the province's identity.

Does not belong here: HTTP and cookies (`banshi.web.staff`), SQL (`banshi.store`). May import: `banshi.store`, `banshi.text`.
"""
