"""The user's own images become what they show: classes, parts, pixels."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netlapse.data import read_images
from netlapse.errors import InputError
from tests.data.images.own.making import packed, pets, picture
from tests.data.images.test_idx import idx

random = np.random.default_rng(0)


def test_folders_are_classes_and_pixels_are_kept():
    found = read_images(packed(pets()), "pets.zip")
    assert found.name == "pets.zip"
    assert found.class_names == ("cats", "dogs")
    assert found.images.shape == (12, 8, 8, 1)
    assert found.labels.tolist() == [0] * 6 + [1] * 6
    assert [int(image[3, 3, 0]) for image in found.images[:7]] == [20, 21, 22, 23, 24, 25, 200]
    assert len(found.test_images) == 0
    assert found.notes == ()


def test_a_folder_and_its_archive_are_the_same_images(tmp_path: Path):
    folder = tmp_path / "pets"
    for name, content in pets().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / ".DS_Store").write_bytes(b"x")
    beside = tmp_path / "pets.zip"
    beside.write_bytes(packed(pets()))
    first, second = read_images(folder), read_images(beside)
    assert (first.name, second.name) == ("pets", "pets")
    assert first.id == second.id == read_images(packed(pets()), "other").id


@pytest.mark.parametrize("around", ["pets/", "a/b/pets/", "./"])
def test_folders_around_do_not_count(around: str):
    files = {f"{around}{name}": content for name, content in pets().items()}
    assert read_images(packed(files)).class_names == ("cats", "dogs")
    with_junk = {**files, "__MACOSX/._a.png": b"x", f"{around}cats/.hidden.png": b"x"}
    assert read_images(packed(with_junk)).id == read_images(packed(pets())).id


def test_a_test_part_is_kept_apart():
    files = {f"data/train/{name}": content for name, content in pets(4).items()}
    files |= {f"data/test/{name}": content for name, content in pets(2).items()}
    files |= {f"data/val/{name}": content for name, content in pets(1).items()}
    found = read_images(packed(files))
    assert found.class_names == ("cats", "dogs")
    assert (len(found.images), len(found.test_images)) == (10, 4)
    assert found.test_labels.tolist() == [0, 0, 1, 1]
    assert found.notes == ("The folder of validation images was added to the training images.",)


def test_classes_are_in_the_order_of_people():
    files = {f"{name}/a.png": picture() for name in ("10", "9", "b2", "b10", "1")}
    assert read_images(packed(files)).class_names == ("1", "9", "10", "b2", "b10")


def test_files_that_are_no_images_are_left_out_and_named():
    found = read_images(packed({**pets(), "README.md": b"Pets.", "cats/labels.csv": b"a,b"}))
    assert found.notes == ("2 files that are no images were left out: README.md and others.",)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_every_format_is_read(kind: str):
    color = random.integers(0, 256, (3, 4, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    content = picture(color, kind=kind)
    files = {"a/x." + kind.lower(): content, "b/y." + kind.lower(): picture(0, (24, 32), kind)}
    found = read_images(packed(files))
    assert found.images.shape == (2, 24, 32, 3)
    expected = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    np.testing.assert_array_equal(found.images[0], expected)


def test_a_colored_pixel_makes_all_images_rgb_unless_told_otherwise():
    gray = np.full((8, 8, 3), 90, np.uint8)
    colored = gray.copy()
    colored[2, 3] = 255, 0, 0
    files = {"a/1.png": picture(gray), "b/1.png": picture(colored)}
    assert read_images(packed({**files, "b/1.png": picture(gray)})).images.shape[3] == 1
    assert read_images(packed(files)).images[1, 2, 3].tolist() == [255, 0, 0]
    assert read_images(packed(files), color="grayscale").images[1, 2, 3].tolist() == [76]
    assert read_images(packed({**pets()}), color="rgb").images.shape[3] == 3


def test_what_is_transparent_is_white():
    files = {"a/1.png": picture((0, 0, 0, 0)), "b/1.png": picture((0, 0, 0, 255))}
    found = read_images(packed(files))
    assert [image.mean() for image in found.images] == [255, 0]


def test_deep_gray_keeps_its_shades():
    deep = (np.arange(64, dtype=np.uint16) * 1024).reshape(8, 8)
    found = read_images(packed({"a/1.png": picture(deep), "b/1.png": picture()}))
    np.testing.assert_array_equal(found.images[0, ..., 0], np.round(deep / 257))


def test_a_photo_is_turned_upright():
    image = Image.fromarray(np.repeat(np.array([[0, 255]], np.uint8), 16, 0).repeat(8, 1))
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    image.save(stream, "PNG", exif=exif)
    found = read_images(packed({"a/1.png": stream.getvalue(), "b/1.png": picture(0, (16, 16))}))
    upper, lower = found.images[0, :8].mean(), found.images[0, 8:].mean()
    assert (upper, lower) == (0, 255)


def test_sizes_by_default():
    assert read_images(packed(pets(2, (64, 40)))).images.shape[1:3] == (64, 40)
    large = read_images(packed(pets(2, (65, 65))))
    assert large.images.shape[1:3] == (32, 32)
    assert large.notes == ("The images were scaled from 65×65 to 32×32 pixels.",)
    mixed = read_images(packed({**pets(2), "cats/x.png": picture(0, (9, 9))}))
    assert mixed.images.shape[1:3] == (32, 32)
    assert mixed.notes == ("The images had 2 different sizes and were scaled to 32×32 pixels.",)
    assert read_images(packed(pets(2)), size=28).images.shape[1:3] == (28, 28)


@pytest.mark.parametrize("size", [3, 257, 0, -1])
def test_a_size_out_of_range_is_named(size: int):
    with pytest.raises(InputError, match=f"scaled to 4 to 256 pixels, got {size}"):
        read_images(packed(pets()), size=size)


def test_scaling_keeps_the_whole_picture_and_its_proportions():
    wide = np.full((10, 40), 7, np.uint8)
    wide[:, 15:25] = 250
    found = read_images(packed({"a/1.png": picture(wide), "b/1.png": picture()}), size=20)
    image = found.images[0, ..., 0]
    # 40×10 becomes 20×5; above and below is the color of the border.
    assert (image[:7] == 7).all() and (image[13:] == 7).all()
    assert image[10, 10] == 250 and image[10, 2] == 7


def idx_files(count: int = 12, channels: tuple[int, ...] = ()) -> dict[str, bytes]:
    pixels = random.integers(0, 256, (count, 10, 9, *channels), np.uint8)
    return {
        "train-images-idx3-ubyte": idx(pixels),
        "train-labels-idx1-ubyte": idx(np.arange(count, dtype=np.uint8) % 3),
    }


def test_idx_files_are_read_as_they_are():
    import gzip

    files = idx_files()
    files["t10k-images-idx3-ubyte.gz"] = gzip.compress(files["train-images-idx3-ubyte"])
    files["t10k-labels-idx1-ubyte.gz"] = gzip.compress(files["train-labels-idx1-ubyte"])
    found = read_images(packed(files))
    assert found.class_names == ("0", "1", "2")
    assert found.images.shape == (12, 10, 9, 1)
    assert found.images.tobytes() == files["train-images-idx3-ubyte"][16:]
    np.testing.assert_array_equal(found.test_images, found.images)
    assert found.test_labels.tolist() == found.labels.tolist()


def test_idx_files_in_color_and_in_another_size():
    found = read_images(packed(idx_files(channels=(3,))))
    assert found.images.shape == (12, 10, 9, 3)
    scaled = read_images(packed(idx_files(channels=(3,))), size=20, color="grayscale")
    assert scaled.images.shape == (12, 20, 20, 1)
    assert scaled.notes == ("The images were scaled from 9×10 to 20×20 pixels.",)


def test_the_name_is_no_part_of_the_content():
    first = read_images(packed(pets()), "a")
    changed = read_images(packed({**pets(), "cats/0.png": picture(21)}), "a")
    assert first.id != changed.id
