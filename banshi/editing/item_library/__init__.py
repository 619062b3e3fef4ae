"""政务服务事项库 → the editors: every change is kept, follows the three layers down, and becomes a task or a draft, never an answer."""
