"""The evaluation harness: cases in, measures out. Beside the product, smaller than it; imports it, never the reverse."""
