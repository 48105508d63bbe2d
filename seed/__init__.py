"""The demonstration: Lanzhou at its published figures, with invented people and cases."""
