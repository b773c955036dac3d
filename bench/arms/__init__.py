"""Arms of a fidelity comparison: the same small world three times at once, with a real Prometheus, the same real
Prometheus, and the mock as its leaf. All that is known of a leaf is seen from outside, by the same means for all."""
