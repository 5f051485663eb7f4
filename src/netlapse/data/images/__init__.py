"""Images: the named collections, where their files are, and making datasets of them."""

from netlapse.data.images.catalog import COLLECTIONS, Collection, CollectionFile
from netlapse.data.images.files import CollectionFolder, folder_of
from netlapse.data.images.idx import parse_idx
from netlapse.data.images.own import Color, ImagesEntry, ImageSet, ImageStore, read_images

__all__ = [
    "COLLECTIONS",
    "Collection",
    "CollectionFile",
    "CollectionFolder",
    "Color",
    "ImageSet",
    "ImageStore",
    "ImagesEntry",
    "folder_of",
    "parse_idx",
    "read_images",
]
