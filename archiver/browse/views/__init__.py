"""The pages, each a function of a permitted request. ``routes.py`` gives them their addresses."""
