"""Rounds: clean-up of normative documents (清理), yearly re-review of what is withheld (条例§18), offers to publish."""
