"""Drawable descriptions of what a network does, shared by the Studio and by exports."""
