"""Whether all ends give the same answer: the same questions through each of them, compared byte by byte."""
