"""The generated TypeScript is up to date, and says what the documents say."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlapse.protocol import generate


def test_files_in_the_tree_are_up_to_date() -> None:
    assert generate.differing() == []


def test_check_names_the_file_that_differs(tmp_path: Path) -> None:
    generate.write(tmp_path)
    assert generate.differing(tmp_path) == []
    (tmp_path / "messages.ts").write_text("export type Nothing = never;\n")
    assert generate.differing(tmp_path) == ["messages.ts"]
    (tmp_path / "palette.ts").unlink()
    assert generate.differing(tmp_path) == ["messages.ts", "palette.ts"]


def test_check_ends_with_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "differing", lambda: ["messages.ts"])
    with pytest.raises(SystemExit, match=r"Not up to date in web/src/protocol: messages\.ts\."):
        generate.main(["--check"])


@pytest.mark.parametrize(
    "line",
    [
        "  | Surveying",  # of `LiveEvent`
        "export type ViewerMessage = Subscribe | Credit;",
        'export type Task = "binary" | "multiclass" | "regression";',
        '  readonly kind: "status";',
        "  readonly problem: ProblemPart | null;",
        '  readonly axes: readonly [number, number] | "pca";',
        "  readonly optimizer: Optimizer;",
        "  readonly activation: Activation;",
        "  readonly until_step?: number | null;",
        "  readonly confusion: readonly (readonly number[])[] | null;",
    ],
)
def test_types_say_what_the_documents_say(line: str) -> None:
    assert line in generate.message_types().splitlines()


def test_every_type_that_is_used_is_declared_once() -> None:
    text = generate.message_types()
    declared = [line.split()[2] for line in text.splitlines() if line.startswith("export ")]
    assert len(declared) == len(set(declared))
    assert {"Spec", "Finding", "Examination", "RunDetails", "DatasetPreview"} <= set(declared)


def test_only_the_worker_speaks_of_keyframes() -> None:
    assert "export interface Keyframe" not in generate.message_types()
