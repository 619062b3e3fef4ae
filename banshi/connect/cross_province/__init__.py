"""“跨省通办”服务专区: which items it has, and how one is handled when the citizen is here and the matter belongs there."""
