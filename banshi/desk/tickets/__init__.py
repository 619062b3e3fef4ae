"""工单: recognised, drafted, moved, sent to the 12345 system."""
