"""One file that holds a whole deployment, and the way back from it."""
