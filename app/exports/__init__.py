"""What is brought out of a square in a form that others fixed, a module each."""
