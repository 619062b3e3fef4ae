"""统一身份认证: who the platform says a citizen is."""
