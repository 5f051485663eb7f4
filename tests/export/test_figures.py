"""Figures: what is in them, and that they say so."""

from __future__ import annotations

import io
import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netlapse.data import facts_of, known_facts, load
from netlapse.errors import DataError, StateError
from netlapse.export.figures import draw, encode, pixels
from netlapse.export.film import VIEWS, Choice, ViewName
from netlapse.protocol.views import BoundaryView, View
from netlapse.run import Run
from netlapse.scenes import (
    BoundaryScene,
    ConfusionScene,
    FeatureMapsScene,
    LossScene,
    NetworkScene,
    Scene,
    WeightsScene,
)
from netlapse.scenes.caption import Caption
from netlapse.scenes.maps import feature_maps_scene
from netlapse.scenes.network import network_scene
from netlapse.spec.examination import examine
from netlapse.spec.presets import PRESETS

OF_POINTS: tuple[ViewName, ...] = ("boundary", "loss", "network", "weights", "confusion")


def texts(scene: Scene) -> str:
    """All that is written in a figure, from the SVG's comments."""
    svg = encode(draw(scene), "svg").decode()
    return " | ".join(re.findall(r"<!-- (.*?) -->", svg))


@pytest.mark.parametrize("view", OF_POINTS)
def test_every_figure_says_its_run_step_and_epoch(trained: Run, view: ViewName) -> None:
    scene = trained.film.scene(view, 300)
    assert f"Spiral · step 300 · epoch 22.5 · run {trained.id[:8]}" in texts(scene)


@pytest.mark.parametrize("view", OF_POINTS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_figure_has_the_size_that_was_asked_for(trained: Run, view: ViewName, theme: str) -> None:
    scene = trained.film.scene(view, 100)
    with Image.open(io.BytesIO(encode(draw(scene, theme=theme, width_px=320), "png"))) as image:  # type: ignore[arg-type]
        assert image.size == (320, 320 if view in ("boundary", "confusion") else 240)
        darkest = theme == "dark"
        assert (np.asarray(image.convert("L"))[:3].mean() < 128) == darkest


def test_the_same_scene_is_the_same_file(trained: Run) -> None:
    scene = trained.film.scene("weights", 100)
    for format in ("png", "svg"):
        assert encode(draw(scene), format) == encode(draw(scene), format)


def test_a_boundary_shows_what_the_network_answers_and_all_samples(trained: Run) -> None:
    scene = trained.film.scene("boundary", 250)
    assert isinstance(scene, BoundaryScene)
    _, arrays = trained.at(250).picture(View(boundary=BoundaryView(width=200, height=200)))
    np.testing.assert_array_equal(scene.values, arrays["boundary"])
    assert (scene.low, scene.high) == (0, 1)
    assert len(scene.train.x) == 200
    assert len(scene.validation.x) == 200
    assert "probability of 1" in texts(scene)


def test_a_loss_curve_ends_at_its_step(trained: Run) -> None:
    scene = trained.film.scene("loss", 120)
    assert isinstance(scene, LossScene)
    assert scene.steps.tolist() == list(range(1, 121))
    np.testing.assert_array_equal(scene.high, trained.loss[:120])
    assert scene.last_step == 120
    assert max(scene.evaluated, default=0) <= 120
    framed = trained.film.scene("loss", 120, until=400)
    assert isinstance(framed, LossScene)
    assert framed.last_step == 400
    assert framed.greatest >= trained.loss.max()


def test_a_network_has_its_weights_as_wires(trained: Run) -> None:
    scene = trained.film.scene("network", 60)
    assert isinstance(scene, NetworkScene)
    weights = trained.at(60).weights()
    assert [column.layer for column in scene.columns] == [
        "input",
        "hidden-1",
        "hidden-2",
        "output",
    ]
    assert scene.wires[1].weights is not None
    np.testing.assert_array_equal(scene.wires[1].weights, weights["hidden-2.kernel"])
    kernels = [value for name, value in weights.items() if name.endswith(".kernel")]
    assert scene.limit == max(float(np.abs(kernel).max()) for kernel in kernels)
    assert "width to" in texts(scene)


@pytest.mark.parametrize("preset", ["spiral", "beginner", "dense-connections"])
def test_the_names_of_layers_do_not_touch_each_other(preset: str) -> None:
    spec = PRESETS[preset].spec
    facts = known_facts(spec.data) or facts_of(load(spec.data))
    reports = examine(spec.network, facts).layers
    shapes = {report.layer: report.output_shape or () for report in reports}
    caption = Caption("", "r", 1, 0.1)
    scene = network_scene(caption, spec.network, {"input": facts.input_shape, **shapes}, {})
    figure = draw(scene)
    pixels(figure)  # where text lies is known once it is drawn
    names = [text for text in figure.axes[0].texts if text.get_text() in shapes]
    assert len(names) == len(shapes)
    boxes = [text.get_window_extent() for text in names]
    assert all(not a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_weights_are_in_the_order_of_the_layers(trained: Run) -> None:
    scene = trained.film.scene("weights", 60)
    assert isinstance(scene, WeightsScene)
    names = [panel.name for panel in scene.panels]
    assert names[:3] == ["hidden-1.kernel", "hidden-1.bias", "hidden-2.kernel"]
    assert sum(int(panel.counts.sum()) for panel in scene.panels) == scene.parameters == 121


def test_a_confusion_matrix_is_that_of_the_step(trained: Run) -> None:
    scene = trained.film.scene("confusion", 80, Choice(part="train"))
    assert isinstance(scene, ConfusionScene)
    np.testing.assert_array_equal(scene.counts, trained.at(80).confusion("train"))
    assert "train part, 200 samples" in texts(scene)


def test_feature_maps_print_the_scale_of_each_layer() -> None:
    maps = np.linspace(-2, 1, 5 * 5 * 20, dtype=np.float32).reshape(5, 5, 20)
    scene = feature_maps_scene(
        Caption("", "abc", 3, 0.5),
        "sample 0",
        np.zeros((8, 8, 1), np.float32),
        {"conv": maps, "dense": np.array([0.5, -4.0], np.float32)},
    )
    assert isinstance(scene, FeatureMapsScene)
    assert [layer.maps.shape for layer in scene.layers] == [(16, 5, 5), (1, 1, 2)]
    shown = texts(scene)
    assert "± 2" in shown
    assert "± 4" in shown


def test_what_is_no_number_has_a_color_of_its_own(trained: Run) -> None:
    good = trained.film.scene("weights", 60)
    assert isinstance(good, WeightsScene)
    panel = good.panels[0]
    assert panel.matrix is not None
    broken = panel.matrix.copy()
    broken[0, 0] = np.nan
    scene = WeightsScene(good.caption, (type(panel)(**{**vars(panel), "matrix": broken}),), 0, 121)
    ink = (0xC2, 0x18, 0x5B)
    assert (pixels(draw(scene)) == ink).all(axis=-1).sum() > 100
    assert not (pixels(draw(good)) == ink).all(axis=-1).any()


def test_the_words_of_a_user_are_never_a_formula(trained: Run) -> None:
    scene = trained.film.scene("loss", 10)
    caption = Caption(r"$\frac{", scene.caption.run, 10, 1.0)
    named = LossScene(**{**vars(scene), "caption": caption})
    assert r"$\frac{" in texts(named)


def test_a_figure_is_written_whole_or_not_at_all(trained: Run, tmp_path: Path) -> None:
    trained.figure(tmp_path / "loss.svg", "loss")
    assert (tmp_path / "loss.svg").read_bytes().startswith(b"<?xml")
    with pytest.raises(DataError, match=r"\.png or a \.svg"):
        trained.figure(tmp_path / "loss.bmp", "loss")
    with pytest.raises(DataError, match="cannot be written"):
        trained.figure(tmp_path / "no" / "loss.png", "loss")
    assert [path.name for path in tmp_path.iterdir()] == ["loss.svg"]


def test_what_cannot_be_shown_is_said(trained: Run) -> None:
    with pytest.raises(DataError, match=f"the views are: {', '.join(VIEWS)}"):
        trained.figure("x.png", "dream")
    with pytest.raises(DataError, match="this data has none"):
        trained.film.scene("feature-maps")
    with pytest.raises(StateError, match="ends at step 400, before step 401"):
        trained.film.scene("loss", 401)
    with pytest.raises(DataError, match="between 160 and 2,048 pixels, got 8"):
        draw(trained.film.scene("loss"), width_px=8)
