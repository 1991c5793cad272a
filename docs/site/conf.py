"""How Sphinx makes a site of the documentation: ``make docs``."""

from tutor import __version__

project = "Equipoise"
version = release = __version__
project_copyright = "The Equipoise authors"
language = "en"

extensions = ["myst_parser"]
myst_heading_anchors = 4
# The blocks of a network (bif) and of a shell session have no lexer of their own.
suppress_warnings = ["misc.highlighting_failure"]
root_doc = "index"

html_theme = "furo"
html_title = "Equipoise"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/icon.svg"
html_logo = "_static/icon.svg"
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = None
pygments_style = "default"
pygments_dark_style = "github-dark"

_LIGHT = {
    "color-background-primary": "#f7f6f2",
    "color-background-secondary": "#efede6",
    "color-background-border": "#dcd9d0",
    "color-foreground-primary": "#1c2733",
    "color-foreground-secondary": "#53616f",
    "color-foreground-muted": "#53616f",
    "color-brand-primary": "#0c4a4e",
    "color-brand-content": "#0c4a4e",
    "color-brand-visited": "#5a3ea8",
    "font-stack": "'Source Sans 3', system-ui, sans-serif",
    "font-stack--headings": "'Source Sans 3', system-ui, sans-serif",
}
_DARK = {
    "color-background-primary": "#12181d",
    "color-background-secondary": "#1a2229",
    "color-background-border": "#33404b",
    "color-foreground-primary": "#e8ecef",
    "color-foreground-secondary": "#a9b5bf",
    "color-foreground-muted": "#a9b5bf",
    "color-brand-primary": "#7fc9c2",
    "color-brand-content": "#7fc9c2",
    "color-brand-visited": "#b9a6f2",
}
html_theme_options = {"light_css_variables": _LIGHT, "dark_css_variables": _DARK}
