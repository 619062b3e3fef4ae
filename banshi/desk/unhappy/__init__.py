"""Citizens who are not helped: noticed, heard, and what is left to do for them."""
