"""The case page at the desk: who handles it, corrections, consultations, fee, decision."""
