"""The quarterly analysis of applications (条例§46, §47): counted, written, signed, published; numbers lead to cases."""
