"""The ledger of applications (依申请公开台账)."""
