"""12345 工单: tickets go there and their states come back."""
