"""Runs the type checkers over small cases, and writes what each of them says into the documentation."""
