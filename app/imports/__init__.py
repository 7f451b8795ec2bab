"""Conversations that were held elsewhere, brought into a square under its own law."""
