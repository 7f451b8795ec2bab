"""Stories that the law stops: each is told to a peopled square, and provokes the refusals that its sentence names."""
