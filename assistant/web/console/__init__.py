"""The staff console: look-up desk, forms and cases for the hotline, behind a sign-in."""
