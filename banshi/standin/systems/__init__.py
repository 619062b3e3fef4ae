"""Outside systems as their contracts have them, for tests, demonstrations and integrators. One module each.

A module has `make(shop: Shop) -> FastAPI`: routes at paths of its own, answers as pydantic models with descriptions, since the contract in
`docs/contracts` is written from them. What it invents is plainly invented. Does not belong here: anything of the server's own code.
"""
