"""Stand-ins of outside systems, for tests and demonstrations: each speaks to the running server as the real system would.

One file a system, and the commands that start them (`banshi standin …`). Nothing of the product imports from here.
"""
