"""The Flask part: routes, forms, views, templates, headers."""
