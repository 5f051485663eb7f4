"""The user's own images: adding, listing, looking, deleting."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO, cast

from fastapi import APIRouter, Query
from starlette.requests import Request

from netlapse.data import Color, ImagesEntry, ImageStore, read_images
from netlapse.errors import StateError
from netlapse.protocol.rest.datasets import ImageShape
from netlapse.protocol.rest.images import ImagesAdded, OwnImagesEntry
from netlapse.protocol.rest.system import Done
from netlapse.server.access import access
from netlapse.server.limits import IMAGES_BYTES
from netlapse.server.state import TheStudio
from netlapse.server.workshop import LIMIT_S
from netlapse.spec.data import OwnImages

router = APIRouter(prefix="/api/images", tags=["images"])
Name = Annotated[str, Query(min_length=1, max_length=255)]
Size = Annotated[int | None, Query(ge=4, le=64)]

IN_MEMORY_BYTES = 8 << 20
READ_LIMIT_S = LIMIT_S - 10
_ARCHIVE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", openapi_extra=_ARCHIVE_BODY)
@access("token", body_bytes=IMAGES_BYTES)
async def add(
    studio: TheStudio, request: Request, name: Name, size: Size = None, color: Color = "auto"
) -> ImagesAdded:
    """Read a zip archive with one folder for each class, or with IDX files, and keep its images.

    `size` is the height and width that they are scaled to. Where anything is wrong, nothing is
    kept.
    """
    if studio.uploads.locked():
        raise StateError("Two files are being read already.", remedy="Try again in a moment.")
    async with studio.uploads:
        with SpooledTemporaryFile(IN_MEMORY_BYTES) as content:
            async for chunk in request.stream():
                content.write(chunk)
            stream = cast("BinaryIO", content)
            return await studio.workshop.run(_add, studio.images, stream, name, size, color)


def _add(
    store: ImageStore, content: BinaryIO, name: str, size: int | None, color: Color
) -> ImagesAdded:
    plain = name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".zip")
    images = read_images(content, plain, size=size, color=color, limit_s=READ_LIMIT_S)
    is_new = images.id not in {entry.id for entry in store.list()}
    store.add(images)
    return ImagesAdded(images=_shown(store.entry(images.id)), is_new=is_new)


@router.get("")
@access("token")
async def entries(studio: TheStudio) -> list[OwnImagesEntry]:
    """All sets of images, the newest first."""
    return [_shown(entry) for entry in await studio.workshop.run(studio.images.list)]


@router.get("/{images}")
@access("token")
async def details(studio: TheStudio, images: str) -> OwnImagesEntry:
    """One set of images."""
    return _shown(await studio.workshop.run(studio.images.entry, images))


@router.delete("/{images}")
@access("token")
async def delete(studio: TheStudio, images: str) -> Done:
    """Remove a set of images; runs that learned from it can no longer go on."""
    await studio.workshop.run(studio.images.delete, images)
    studio.datasets.forget()
    return Done()


def _shown(entry: ImagesEntry) -> OwnImagesEntry:
    height, width, channels = entry.image_shape
    return OwnImagesEntry(
        id=entry.id,
        name=entry.name,
        image=ImageShape(height=height, width=width, channels=channels),
        class_names=entry.class_names,
        train=entry.train,
        test=entry.test,
        bytes=entry.size_bytes,
        added=entry.added_s,
        notes=entry.notes,
        data=OwnImages(kind="own-images", images=entry.id),
    )
