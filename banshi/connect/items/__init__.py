"""政务服务事项库: what the province's items are, in three layers, and what changes in them."""
