"""好差评: each rating goes to the province's system of ratings, once."""
