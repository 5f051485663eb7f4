"""Small changes of training images, drawn anew each time that an image is seen."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from netlapse.spec.base import Document


class Augmentation(Document):
    """How far an image may be changed before the network sees it; 0 switches a change off.

    Only the training part is changed. The changes follow from the seed of the network, the step
    and the sample, so that a training can be repeated bit by bit.

    >>> Augmentation().rotate
    8.0
    >>> Augmentation(shift=0, rotate=0, zoom=0, shear=0).changes_nothing
    True
    """

    title: ClassVar[str] = "Augmentation"

    shift: Annotated[float, Field(ge=0, le=16, json_schema_extra={"unit": "pixels"})] = 1.5
    """Moved by up to so many pixels, across and up, either way."""
    rotate: Annotated[float, Field(ge=0, le=180, json_schema_extra={"unit": "degrees"})] = 8.0
    """Turned around the center by up to this angle, either way."""
    zoom: Annotated[float, Field(ge=0, le=0.5, json_schema_extra={"step": 0.01})] = 0.08
    """Made larger or smaller by up to this part."""
    shear: Annotated[float, Field(ge=0, le=45, json_schema_extra={"unit": "degrees"})] = 5.0
    """Slanted to the side by up to this angle, either way."""
    noise: Annotated[float, Field(ge=0, le=0.5, json_schema_extra={"step": 0.01})] = 0.0
    """Standard deviation of the noise on each value; values stay between 0 and 1."""
    elastic: Annotated[float, Field(ge=0, le=8, json_schema_extra={"unit": "pixels"})] = 0.0
    """Bent like a sheet of rubber: standard deviation of how far its points move."""

    @property
    def moves_pixels(self) -> bool:
        """Whether pixels change their places."""
        return any((self.shift, self.rotate, self.zoom, self.shear, self.elastic))

    @property
    def changes_nothing(self) -> bool:
        """Whether every change is switched off."""
        return not (self.moves_pixels or self.noise)
