"""Papers a worker hands in (申请书, 投诉书, 通知书): filled from what was told, everything else a marked blank."""
