"""When: the working-day calendar of the State Council, make-up working days included."""
