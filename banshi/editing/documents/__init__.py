"""政务公开平台, 文件资料库, 互动交流 → the editors: documents and public answers are kept and become drafts, never answers."""
