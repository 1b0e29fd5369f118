"""Sums and deadlines by rules of law; each calculator is a pure function of what was told, dated parameters and the day."""
