"""数据共享平台: which documents departments get from each other, so that nobody has to bring them. Only whether, never the data."""
