"""The font, colours and width of charts on paper; those who draw them load the drawing libraries, this does not."""

from __future__ import annotations

FONT = "Noto Sans"
INK, SOFT, RULE, GREY, PALE = "#1d2a33", "#5c6b76", "#e3e9ed", "#71808c", "#a9b7c1"
WIDTH, PHONE = 640, 350  # pixels, and on a phone
