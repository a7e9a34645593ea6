"""Says how the site is built from these pages; `make docs` does it."""

from __future__ import annotations

project = "specrun"
author = "The authors of specrun"
project_copyright = author
extensions = ["myst_parser"]
root_doc = "index"
exclude_patterns: list[str] = []
language = "en"
# Two hyphens stay two hyphens: options are copied from pages.
smartquotes = False

# Links to headings; to a depth that pages use.
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

html_theme = "furo"
html_title = "specrun"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
# Nothing is asked of another host: the fonts are those of the reader's machine.
html_theme_options = {
    "light_css_variables": {"font-stack": "system-ui, sans-serif", "font-stack--monospace": "monospace"},
    "footer_icons": [],
}
# A picture of a terminal needs its whole width.
html_static_path = ["style"]
html_css_files = ["wide.css"]
pygments_style = "default"
pygments_dark_style = "github-dark"
