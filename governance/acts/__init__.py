"""The vocabulary of acts, by what they are about; entry.py makes leaves of them."""
