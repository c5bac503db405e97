"""Widgets: the only layer that draws and listens. One folder a page, named after it."""
