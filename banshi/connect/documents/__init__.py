"""政务公开平台, 文件资料库, 互动交流: policy documents with what is printed on them, and past public answers."""
