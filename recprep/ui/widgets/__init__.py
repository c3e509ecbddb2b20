"""Browser-side parts: a .py, a .js and a .css side by side."""
