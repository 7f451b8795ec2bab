"""The client API: the square's speech for the apps that people already have. One module a noun, with its `routes`."""
