"""Calculations in the conversation: what a worker's words tell a calculator, what to ask for, how the result is said. Pure."""
