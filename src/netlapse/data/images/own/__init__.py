"""The user's own images: reading them from a folder, an archive or IDX files, and keeping them."""

from netlapse.data.images.own.image_set import Color, ImageSet
from netlapse.data.images.own.read import read_images
from netlapse.data.images.own.store import ImagesEntry, ImageStore

__all__ = ["Color", "ImageSet", "ImageStore", "ImagesEntry", "read_images"]
