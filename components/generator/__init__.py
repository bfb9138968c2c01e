"""Makes the classes of the HTML and SVG elements from their tables: `python -m justui.components.generator`.

With `--check` it writes nothing and fails when a file is not what its table says. Never runs in an app.
"""
