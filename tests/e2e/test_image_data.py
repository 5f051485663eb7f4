"""Images as data: collections from a mirror, samples to browse, augmentation, own images."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.data.images.finding import mnist_folder
from tests.data.images.mirror import Mirror, serving
from tests.data.images.own.making import packed, pets, picture
from tests.data.images.test_idx import idx
from tests.e2e.conftest import OpenPage
from tests.e2e.driving import (
    choose_preset,
    run_of,
    settled,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio, start_studio, stop_studio
from tests.e2e.watch import Watch

OPENING_MS = 150_000
"""How long 55,000 images may take to their first picture, on a machine that tests."""


def choose_digits(page: Page) -> None:
    wait_for_picture(page)
    page.get_by_test_id("data-images:digits").click()
    expect(page.get_by_test_id("parts")).to_contain_text("1,647")


def test_digits_are_browsed_by_part_and_class(page: Page, studio: Studio):
    choose_digits(page)
    parts = page.get_by_test_id("parts")
    expect(parts).to_contain_text(re.compile(r"Training\s*1,647\s*Validation\s*150\s*Test\s*none"))
    page.get_by_role("button", name="Browse the samples").click()
    browser = page.get_by_test_id("sample-browser")
    words = browser.get_by_test_id("page-words")
    expect(words).to_have_text("1–60 of 1,647")
    first = browser.get_by_role("img").first.get_attribute("aria-label")
    browser.get_by_role("button", name="Next").click()
    expect(words).to_have_text("61–120 of 1,647")
    expect(browser.get_by_role("img").first).not_to_have_attribute("aria-label", first or "")
    browser.get_by_role("button", name="Last").click()
    expect(words).to_have_text("1,621–1,647 of 1,647")
    browser.get_by_role("button", name=re.compile("^Validation")).click()
    browser.get_by_label("Class", exact=True).select_option(label="4 (15)")
    expect(words).to_have_text("1–15 of 15")
    expect(browser.get_by_role("list").get_by_text("4", exact=True)).to_have_count(15)
    balance = browser.get_by_test_id("class-balance")
    expect(balance.get_by_role("row")).to_have_count(11)
    browser.get_by_role("button", name="Sample").nth(3).click()
    expect(browser).to_have_count(0)
    expect(page.get_by_role("tab", name="Maps")).to_have_attribute("aria-selected", "true")
    # The network of the spiral got what it lacked to read images, and can be trained at once.
    wait_for_picture(page)
    spec = studio.get(f"runs/{run_of(page)}")["spec"]
    assert spec["data"]["name"] == "digits"
    assert spec["network"]["layers"][0]["kind"] == "flatten"
    train_button(page).click()
    wait_for_step(page, 20)


def test_fewer_samples_and_augmentation_are_part_of_the_training(page: Page, studio: Studio):
    choose_digits(page)
    page.get_by_role("combobox", name="Train samples").select_option(label="A number…")
    expect(page.get_by_test_id("parts")).to_contain_text("1,000")
    panel = page.get_by_test_id("data-panel")
    expect(panel).to_contain_text("1,000 of 1,647 training images are used.")
    page.get_by_label("Augmentation").check()
    preview = page.get_by_test_id("augmentation-preview")
    plain = preview.get_by_role("img", name="as it is").first
    changed = preview.get_by_role("img", name="augmented").first
    until("a changed sample", lambda: settled(plain) != settled(changed), page)
    before = settled(changed)
    preview.get_by_role("button", name="Next step").click()
    until("another draw", lambda: settled(changed) != before, page)
    before = settled(changed)
    field = page.get_by_role("textbox", name="Rotate (degrees)")
    field.fill("90")
    field.press("Enter")
    until("a turned sample", lambda: settled(changed) != before, page)
    wait_for_picture(page)
    until(
        "a run with it",
        lambda: (
            (studio.get(f"runs/{run_of(page)}")["spec"]["data"].get("augmentation") or {}).get(
                "rotate"
            )
            == 90
        ),
        page,
    )
    page.get_by_label("Augmentation").uncheck()
    expect(preview).to_have_count(0)


# --- own images -----------------------------------------------------------------------------


def own_images(page: Page) -> Locator:
    wait_for_picture(page)
    page.get_by_role("button", name="Own data").click()
    dialog = page.get_by_role("dialog", name="Own data")
    dialog.get_by_role("button", name="Images", exact=True).click()
    return dialog


def give(dialog: Locator, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/zip", "buffer": content}
    dialog.get_by_test_id("images-file").set_input_files(file)  # type: ignore[arg-type]


def test_own_images_are_looked_at_in_a_size_of_choice_and_trained(page: Page, studio: Studio):
    dialog = own_images(page)
    give(dialog, "pets.zip", packed({**pets(20), "notes.txt": b"mine"}))
    preview = dialog.get_by_test_id("images-preview")
    expect(preview).to_contain_text("pets: 40 images of 8×8 pixels, grayscale, in 2 classes")
    expect(preview).to_contain_text("32 training, 8 validation and no test samples")
    expect(preview).to_contain_text("1 file that is no image was left out: notes.txt.")
    expect(preview.get_by_role("img", name="dogs").first).to_be_visible()
    expect(dialog.get_by_test_id("balance").get_by_role("listitem")).to_have_count(2)
    dialog.get_by_label("Scale to").select_option(label="16×16")
    expect(preview).to_contain_text("16×16 pixels")
    # What was read in another size before is not kept.
    assert [entry["image"]["width"] for entry in studio.get("images")] == [16]
    dialog.get_by_role("button", name="Use these images").click()
    expect(dialog).to_have_count(0)
    wait_for_picture(page)
    data = studio.get(f"runs/{run_of(page)}")["spec"]["data"]
    assert (data["kind"], data["images"]) == ("own-images", studio.get("images")[0]["id"])
    expect(page.get_by_test_id("parts")).to_contain_text("32")
    train_button(page).click()
    wait_for_step(page, 10)
    page.get_by_role("button", name="Browse the samples").click()
    expect(page.get_by_test_id("page-words")).to_have_text("1–32 of 32")


DROP = """(zone, files) => {
    const transfer = new DataTransfer();
    for (const [name, content] of files)
        transfer.items.add(
            new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name),
        );
    zone.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
}"""


def test_idx_files_are_dropped_in_pairs(page: Page, studio: Studio):
    pixels = np.arange(30 * 81, dtype=np.uint32).astype(np.uint8).reshape(30, 9, 9)
    files = {
        "mine-images-idx3-ubyte": idx(pixels),
        "mine-labels-idx1-ubyte": idx(np.arange(30, dtype=np.uint8) % 3),
    }
    dialog = own_images(page)
    sent = [(name, base64.b64encode(content).decode()) for name, content in files.items()]
    dialog.get_by_test_id("images-drop").evaluate(DROP, sent)
    expect(dialog.get_by_test_id("images-preview")).to_contain_text(
        "30 images of 9×9 pixels, grayscale, in 3 classes"
    )
    studio.client.delete(f"images/{studio.get('images')[0]['id']}")


def test_a_folder_of_class_folders(page: Page, studio: Studio, tmp_path: Path):
    for name, content in pets(6, (12, 12)).items():
        path = tmp_path / "zoo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    dialog = own_images(page)
    dialog.get_by_test_id("images-folder").set_input_files(tmp_path / "zoo")
    expect(dialog.get_by_test_id("images-preview")).to_contain_text("zoo: 12 images of 12×12")
    dialog.get_by_role("button", name="Close").click()
    own_images(page).get_by_role("button", name="zoo").click()
    expect(dialog.get_by_test_id("images-preview")).to_contain_text("zoo: 12 images")
    studio.client.delete(f"images/{studio.get('images')[0]['id']}")


WRONG = {
    "no archive": (b"nothing of the kind", ["no zip archive"]),
    "one class": (packed({f"cats/{i}.png": picture(i) for i in range(4)}), ["two classes"]),
    "broken": (packed({**pets(), "dogs/x.png": b"broken"}), ["dogs/x.png"]),
    "no classes": (packed({f"{i}.png": picture(i) for i in range(4)}), ["0.png", "none"]),
    "path": (packed({**pets(), "cats/../../x.png": picture()}), ["lead out of it"]),
    "empty class": (packed({**pets(), "birds/": b""}), ["birds"]),
}


def test_what_is_wrong_is_one_sentence_and_leaves_nothing(page: Page, studio: Studio, watch: Watch):
    watch.expects_refusals()
    before = studio.get("images")
    dialog = own_images(page)
    for name, (content, words) in WRONG.items():
        give(dialog, f"{name}.zip", content)
        problem = dialog.get_by_test_id("upload-problem")
        expect(problem).to_contain_text(words[0])
        for word in words:
            assert word in problem.inner_text()
    assert studio.get("images") == before
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_test_id("data-spiral")).to_have_attribute("aria-pressed", "true")


# --- MNIST that is not here -----------------------------------------------------------------


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """A mirror of MNIST as it is."""
    files = {f"mnist/{path.name}": path.read_bytes() for path in mnist_folder().glob("*.gz")}
    with serving(Mirror(files)) as served:
        yield served


@pytest.fixture
def bare(
    mirror: Mirror, tmp_path: Path, compiled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Studio]:
    """A Studio on a machine without MNIST."""
    monkeypatch.delenv("NETLAPSE_MNIST_DIR", raising=False)
    monkeypatch.setenv("NETLAPSE_MIRROR", mirror.address)
    started = start_studio(tmp_path / "home", compiled_folder)
    yield started
    mirror.release()
    stop_studio(started)


def test_mnist_is_downloaded_stopped_resumed_and_trained(
    mirror: Mirror, bare: Studio, open_page: OpenPage
):
    page = open_page(bare.url)
    wait_for_picture(page)
    choose_preset(page, "beginner")
    notice = page.get_by_test_id("collection-notice")
    expect(notice).to_contain_text("MNIST is not on this machine yet: a download of 11.6 MB.")

    mirror.status = 503
    notice.get_by_role("button", name="Download").click()
    expect(notice).to_contain_text("MNIST could not be fetched")
    expect(notice).to_contain_text("it answered 503")
    mirror.status = None
    mirror.silent_after = 4_000_000
    notice.get_by_role("button", name="Retry").click()
    expect(notice).to_contain_text("Downloading MNIST: 4.00 MB of 11.6 MB.")
    expect(notice.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "34")
    notice.get_by_role("button", name="Cancel the download").click()
    expect(notice).to_contain_text("the download stopped at 4.00 MB of 11.6 MB")
    mirror.silent_after = None
    mirror.release()
    notice.get_by_role("button", name="Resume").click()
    expect(page.get_by_test_id("parts")).to_contain_text("55,000")
    expect(notice).to_have_count(0)
    assert any(asked and asked.startswith("bytes=4") for _, asked in mirror.asked)

    # Nothing was lost on the way: the network is that of the preset, on real MNIST.
    expect(page.get_by_test_id("train-loss")).not_to_have_text("–", timeout=OPENING_MS)
    run = bare.get(f"runs/{run_of(page)}")
    assert run["spec"]["data"]["name"] == "mnist"
    assert run["spec"]["network"]["layers"][0]["kind"] == "conv2d"
    train_button(page).click()
    wait_for_step(page, 3)


def test_torn_files_are_refused_and_fetched_anew(
    mirror: Mirror, bare: Studio, open_page: OpenPage, watch: Watch
):
    watch.expects_refusals()
    folder = bare.home / "collections" / "mnist"
    folder.mkdir(parents=True)
    for name, content in mirror.files.items():
        torn = content[:-9] if "train-labels" in name else content
        (folder / name.rsplit("/", 1)[1]).write_bytes(torn)
    page = open_page(bare.url)
    wait_for_picture(page)
    page.get_by_test_id("data-images:mnist").click()
    notice = page.get_by_test_id("collection-notice")
    expect(notice).to_contain_text("is not the file of MNIST")
    notice.get_by_role("button", name="Download anew").click()
    expect(page.get_by_test_id("parts")).to_contain_text("55,000")
    assert [path for path, _ in mirror.asked] == ["/mnist/train-labels-idx1-ubyte.gz"]


def test_the_bundled_digits_are_one_click_away(bare: Studio, open_page: OpenPage):
    page = open_page(bare.url)
    wait_for_picture(page)
    choose_preset(page, "beginner")
    page.get_by_role("button", name="Use the bundled digits instead").click()
    expect(page.get_by_test_id("parts")).to_contain_text("1,647")
    expect(page.get_by_test_id("collection-notice")).to_have_count(0)
    wait_for_picture(page)
    spec = bare.get(f"runs/{run_of(page)}")["spec"]
    assert spec["data"]["name"] == "digits"
    assert spec["network"]["layers"][0]["kind"] == "conv2d"
    # Undo brings back MNIST, and with it the sentence.
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id("collection-notice")).to_contain_text("MNIST is not on this machine")
