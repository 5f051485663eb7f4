"""The grid on which a decision boundary is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from netlapse.data import load
from netlapse.errors import DataError
from netlapse.spec.data import Bundled, Circle, Parabola


def test_two_inputs_are_the_plane_itself_from_the_bottom_up():
    data = load(Circle(kind="circle", features=("x", "y", "xy")))
    plane = data.plane_points(resolution=(5, 3))
    assert plane.x_values.tolist() == [-6, -3, 0, 3, 6]
    assert plane.y_values.tolist() == [-6, 0, 6]
    grid = plane.features.reshape(3, 5, 3)
    assert grid[0, 0].tolist() == [-6, -6, 36]
    assert grid[0, 4].tolist() == [6, -6, -36]
    assert grid[2, 0].tolist() == [-6, 6, -36]
    assert plane.description == "`x` across and `y` up."
    np.testing.assert_array_equal(
        plane.coordinates(data.train_raw, data.train_inputs), data.train_raw
    )


def test_one_input_is_a_line():
    data = load(Parabola(kind="parabola"))
    line = data.plane_points(resolution=(11, 7))
    assert line.features.shape == (11, 1)
    assert (line.y_values.tolist(), line.y_name) == ([0], "")
    assert line.x_values[0] < -1 < 1 < line.x_values[-1]
    np.testing.assert_allclose(line.features[:, 0], line.x_values, atol=1e-6)
    assert line.coordinates(data.train_raw, data.train_inputs)[:, 1].max() == 0


def test_a_chosen_pair_keeps_the_others_at_their_median():
    data = load(Bundled(kind="bundled", name="iris"))
    plane = data.plane_points((2, 3), (4, 4))
    assert plane.features.shape == (16, 4)
    medians = np.median(data.train_raw, axis=0)
    expected = data.encode(np.array([[*medians[:2], plane.x_values[1], plane.y_values[2]]]))
    np.testing.assert_allclose(plane.features[2 * 4 + 1], expected[0], atol=1e-5)
    assert plane.description == (
        "`petal length (cm)` across and `petal width (cm)` up; "
        "the other 2 inputs at the median of the training part."
    )


@pytest.mark.parametrize("name", ["iris", "wine", "digits"])
def test_principal_components_are_those_of_scikit_learn(name: str):
    from sklearn.decomposition import PCA

    data = load(Bundled.model_validate({"kind": "bundled", "name": name}))
    plane = data.plane_points("pca", (6, 5))
    reference = PCA(2, svd_solver="full").fit(data.train_inputs.astype(np.float64))
    assert plane.directions is not None
    cosines = np.abs(np.sum(plane.directions * reference.components_, axis=1))
    np.testing.assert_allclose(cosines, 1, atol=1e-6)
    share = reference.explained_variance_ratio_.sum()
    assert f"it holds {share:.1%} of their variance" in plane.description
    ours = plane.coordinates(data.train_raw, data.train_inputs)
    theirs = reference.transform(data.train_inputs)
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-4)


def test_grid_points_lie_where_they_say():
    data = load(Bundled(kind="bundled", name="wine"))
    plane = data.plane_points(resolution=(6, 5))
    found = plane.coordinates(np.zeros((30, 13), np.float32), plane.features)
    x, y = np.meshgrid(plane.x_values, plane.y_values)
    np.testing.assert_allclose(found, np.stack([x.ravel(), y.ravel()], 1), atol=1e-4)
    samples = plane.coordinates(data.train_raw, data.train_inputs)
    assert plane.x_values[0] < samples[:, 0].min() < samples[:, 0].max() < plane.x_values[-1]


def test_fewer_samples_than_features_still_span_a_plane():
    data = load(Bundled(kind="bundled", name="digits", validation_fraction=0.9))
    from netlapse.data.plane import component_plane

    for count in (1, 2, 3, 20):
        plane = component_plane(data.train_inputs[:count], (3, 3))
        assert plane.directions is not None
        np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-9)
        assert np.isfinite(plane.features).all()


@pytest.mark.parametrize("axes", [(0, 4), (1, 1), (-1, 0)])
def test_axes_that_do_not_exist_are_refused(axes: tuple[int, int]):
    data = load(Bundled(kind="bundled", name="iris"))
    with pytest.raises(DataError, match="two different inputs from 0 to 3, got"):
        data.plane_points(axes)


def test_one_feature_has_no_principal_plane():
    with pytest.raises(DataError, match="need two features or more, got 1"):
        load(Parabola(kind="parabola")).plane_points("pca")
