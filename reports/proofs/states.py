"""What may happen to a file that backs something, in the record of what it backs; pure."""

REMOVE_PROOF = "remove_proof"
ACTIONS = {REMOVE_PROOF: "移除佐证材料"}
