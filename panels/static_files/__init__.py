"""Styles and scripts as they are served: imports in place, named by their content, compressed."""
