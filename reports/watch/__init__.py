"""One page of everything that should worry somebody, with owners and history."""
