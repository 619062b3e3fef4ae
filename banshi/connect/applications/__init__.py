"""办件 (全流程审批系统 and the systems beside it): what an application is, where it is found, how it stands in plain words."""
