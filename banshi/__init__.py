"""Banshi (办事): a conversational service assistant for 吉事办, Jilin province's government-service platform."""

__version__ = "0.1.0"
