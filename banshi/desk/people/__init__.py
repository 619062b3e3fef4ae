"""People beside the bot: who waits for whom, who is there, who has whom, and what they see."""
