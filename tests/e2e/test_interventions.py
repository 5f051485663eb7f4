"""What is changed while it trains acts at an exact step, leaves a flag, and leaves no gap."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from safetensors.numpy import load

from tests.e2e.driving import (
    boundary,
    flags,
    kept_steps,
    number,
    pause,
    run_of,
    set_number,
    set_speed,
    step,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio


@pytest.fixture
def training(page: Page) -> Page:
    """The spiral while it trains, at a pace that can be watched."""
    wait_for_picture(page)
    set_speed(page, "10 epochs/s")
    train_button(page).click()
    wait_for_step(page, 1)
    return page


def test_another_optimizer_in_mid_training(training: Page, studio: Studio):
    page = training
    page.get_by_role("combobox", name="Optimizer").select_option(label="RMSprop")
    until("the flag", lambda: "RMSprop" in flags(page), page)
    set_number(page, "Learning rate, as a number", "0.002")
    until("a second change", lambda: "learning rate 0.01 → 0.002" in flags(page), page)

    run = run_of(page)
    details = studio.get(f"runs/{run}")
    first, second = details["interventions"]
    assert [change["path"] for change in first["changes"]] == ["training.optimizer"]
    assert first["changes"][0]["value"]["kind"] == "rmsprop"
    assert second["changes"][0]["path"] == "training.optimizer.learning_rate"
    assert second["changes"][0]["value"] == 0.002
    assert 0 < first["step"] <= second["step"]
    assert details["spec"]["training"]["optimizer"]["kind"] == "rmsprop"
    assert details["initial_spec"]["training"]["optimizer"]["kind"] == "adam"
    for intervention in (first, second):
        assert f"step {intervention['step']:,}: " in flags(page)

    wait_for_step(page, second["step"] + 20)
    stands = pause(page)
    until("the loss of every step", lambda: kept_steps(page) == stands, page)
    assert run_of(page) == run
    assert studio.get(f"runs/{run}")["status"]["step"] == stands


def test_batch_size_regularization_and_schedule_act_while_it_trains(training: Page, studio: Studio):
    page = training
    set_number(page, "Batch size", "25")
    set_number(page, "L2", "0.001")
    page.get_by_role("combobox", name="Schedule").select_option(label="Cosine")
    run = run_of(page)

    def changed() -> list[str]:
        return [
            change["path"]
            for intervention in studio.get(f"runs/{run}")["interventions"]
            for change in intervention["changes"]
        ]

    until("three changes", lambda: len(changed()) == 3, page)
    assert changed() == ["training.batch_size", "training.l2", "training.schedule"]
    wait_for_step(page, step(page) + 10)
    stands = pause(page)
    until("the loss of every step", lambda: kept_steps(page) == stands, page)


def test_undo_takes_back_a_change_of_a_running_training(training: Page, studio: Studio):
    page = training
    run = run_of(page)
    page.get_by_role("combobox", name="Optimizer").select_option(label="SGD")
    until("the flag", lambda: "SGD" in flags(page), page)
    page.get_by_role("button", name="Undo").click()
    until("the change back", lambda: len(studio.get(f"runs/{run}")["interventions"]) == 2, page)
    expect(page.get_by_role("combobox", name="Optimizer")).to_have_value("adam")
    assert studio.get(f"runs/{run}")["spec"]["training"]["optimizer"]["kind"] == "adam"
    page.get_by_role("button", name="Redo").click()
    until("the change again", lambda: len(studio.get(f"runs/{run}")["interventions"]) == 3, page)
    expect(page.get_by_role("combobox", name="Optimizer")).to_have_value("sgd")
    assert run_of(page) == run


def test_a_wrong_number_is_refused_where_it_is_typed(training: Page, studio: Studio):
    page = training
    run = run_of(page)
    for typed in ("fast", "0", "-1"):
        set_number(page, "Batch size", typed)
        expect(page.get_by_role("alert").filter(has_text="ust be")).to_be_visible()
    assert studio.get(f"runs/{run}")["interventions"] == []


# --- single weights -------------------------------------------------------------------------


def edge(page: Page) -> tuple[float, float]:
    """A place on the edge from the first unit of one hidden layer to the first of the next."""
    left = page.get_by_test_id("unit-hidden-1-0").bounding_box()
    right = page.get_by_test_id("unit-hidden-2-0").bounding_box()
    assert left and right
    y = left["y"] + left["height"] / 2
    start = left["x"] + left["width"]
    return start + 0.8 * (right["x"] - start), y


def reach_edge(page: Page) -> tuple[float, float]:
    """Point at that edge; gives the place, once the page says that it is this edge."""
    note = page.get_by_role("status").filter(has_text="hidden-1 1 → hidden-2 1: weight")
    place = 0.0, 0.0

    def points_at_it() -> bool:
        nonlocal place
        if edge(page) != place:  # it may move as long as the page is laid out
            place = edge(page)
            page.mouse.move(*place)
        return note.count() > 0 and edge(page) == place

    until("the edge", points_at_it, page)
    return place


def type_weight(page: Page, value: str) -> tuple[float, float]:
    """Open that edge's field with a double click of a person's pace, and give it a value; gives the
    place of the edge."""
    place = reach_edge(page)
    page.mouse.click(*place)
    page.wait_for_timeout(250)  # the page shows the edge that was clicked, and its layout changes
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    field = page.get_by_label("Weight", exact=False).and_(page.get_by_role("textbox")).first
    expect(field).to_be_focused()
    page.keyboard.type(value)
    page.keyboard.press("Enter")
    return place


def edits(studio: Studio, run: str) -> list[tuple[int, dict[str, object]]]:
    return [
        (intervention["step"], change)
        for intervention in studio.get(f"runs/{run}")["interventions"]
        for change in intervention["changes"]
        if change["kind"] == "edit"
    ]


def kernel(studio: Studio, run: str, layer: str = "hidden-2") -> float:
    return float(load(studio.weights(run))[f"{layer}.kernel"][0, 0])


def test_a_weight_edited_on_its_edge_while_it_trains(training: Page, studio: Studio):
    page = training
    type_weight(page, "2.5")
    run = run_of(page)
    until("the edit", lambda: edits(studio, run), page)
    [(at, change)] = edits(studio, run)
    assert change["layer"] == "hidden-2" and change["parameter"] == "kernel"
    assert change["index"] == [0, 0] and change["value"] == 2.5
    assert at > 0
    until("its flag", lambda: f"step {at:,}: " in flags(page), page)
    # It acts: from the edited value on, a few hundred small steps do not lead back.
    wait_for_step(page, at + 20)
    pause(page)
    assert abs(kernel(studio, run) - 2.5) < 1.0


def stand(page: Page) -> str:
    """Train a little and pause; gives the run."""
    wait_for_picture(page)
    train_button(page).click()
    wait_for_step(page, 1)
    pause(page)
    return run_of(page)


def test_a_paused_network_answers_an_edit_at_once(page: Page, studio: Studio):
    run = stand(page)
    at = step(page)
    before = boundary(page)
    type_weight(page, "three")
    field = page.get_by_test_id("edit-in-place")
    expect(page.get_by_role("alert").filter(has_text="Must be a number.")).to_be_visible()
    field.fill("-3")
    field.press("Enter")
    expect(field).to_have_count(0)
    until("the edit", lambda: edits(studio, run), page)
    until("another picture", lambda: boundary(page) != before, page)
    assert [(where, change["value"]) for where, change in edits(studio, run)] == [(at, -3.0)]
    assert kernel(studio, run) == -3.0
    assert step(page) == at


def test_a_bias_edited_on_its_unit(page: Page, studio: Studio):
    run = stand(page)
    before = boundary(page)
    page.get_by_test_id("unit-hidden-2-0").dblclick()
    field = page.get_by_role("textbox", name="Bias of unit 1")
    expect(page.get_by_test_id("edit-in-place")).to_be_focused()
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    until("the edit", lambda: edits(studio, run), page)
    until("another picture", lambda: boundary(page) != before, page)
    assert float(load(studio.weights(run))["hidden-2.bias"][0]) == 1.5
    # The inspector shows the unit that was clicked, with the new bias.
    expect(inspector(page)).to_contain_text("Unit 1 of hidden-2")
    until("the bias in the table", lambda: number(field.last.input_value()) == 1.5, page)


def inspector(page: Page) -> Locator:
    return page.get_by_role("region", name="Inspector")


def test_weights_and_biases_edited_in_the_inspector(page: Page, studio: Studio):
    run = stand(page)
    page.get_by_test_id("unit-hidden-1-0").click()
    table = inspector(page).get_by_role("table", name="Weights and biases")
    expect(table.get_by_role("row")).to_have_count(1 + 4 + 2)  # head; inputs; bias, activation
    for quantity in ("Weights", "Biases", "Activations", "gradients"):
        expect(inspector(page).get_by_text(quantity).first).to_be_visible()
    cell = table.get_by_role("textbox", name="Weight from x to unit 1")
    until("the number", lambda: cell.input_value() != "", page)
    assert number(cell.input_value()) == pytest.approx(kernel(studio, run, "hidden-1"), rel=1e-3)
    cell.fill("0.75")
    cell.press("Enter")
    bias = table.get_by_role("textbox", name="Bias of unit 1")
    bias.fill("-0.25")
    bias.press("Enter")
    until("two edits", lambda: len(edits(studio, run)) == 2, page)
    arrays = load(studio.weights(run))
    assert arrays["hidden-1.kernel"][0, 0] == 0.75
    assert arrays["hidden-1.bias"][0] == -0.25
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close the inspector").click()
    expect(inspector(page)).to_have_count(0)


def test_undo_takes_back_an_edited_weight(page: Page, studio: Studio):
    run = stand(page)
    before = kernel(studio, run)
    x, _ = type_weight(page, "4")
    until("the edit", lambda: kernel(studio, run) == 4.0, page)
    page.mouse.click(x, 60)  # let go of the field
    page.keyboard.press("Control+z")
    until("the former weight", lambda: kernel(studio, run) == pytest.approx(before, abs=1e-6))
