"""`make demo`: the server, Rasa and the stand-ins of all outside systems, and a walk through what the policy texts name.

`rows` is the list, `shows` and its neighbours do what shows a row on the running product, `world` starts what is needed.
"""
