"""The pages of ``archive browse``: a Datasette plugin. Its ``templates/`` and ``static/`` must lie beside this file."""

from archiver.browse.hooks import (
    asgi_wrapper,
    extra_css_urls,
    extra_template_vars,
    prepare_connection,
    register_routes,
    render_cell,
    startup,
)

__all__ = [
    "asgi_wrapper",
    "extra_css_urls",
    "extra_template_vars",
    "prepare_connection",
    "register_routes",
    "render_cell",
    "startup",
]
