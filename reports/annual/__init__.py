"""The statutory annual report (条例§49, §50): counted, written, checked, signed, published; and others' reports checked."""
