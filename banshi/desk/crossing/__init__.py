"""“跨省通办”、省内通办: the citizen is here, the matter belongs there. What is not known is said to be unknown; nobody guesses.

Belongs here: reading two places out of words, the answer for a pair of places, and how it is told. Does not belong here: the zone itself,
which stands behind `banshi.connect.cross_province`.
"""
