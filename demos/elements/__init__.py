"""The elements of the gallery: each function makes one live example, and its body is the code that the gallery shows."""
