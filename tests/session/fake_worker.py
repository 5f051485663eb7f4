"""A worker that speaks frames and invents its numbers: loss of step n is 1 / n, until told.

Environment variables make it misbehave. Its keyframes are the step as text.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time

import numpy as np
from pydantic import TypeAdapter

from netlapse.protocol.frames import decode, encode, pack, read_frame, write_frame
from netlapse.protocol.messages import (
    Acknowledged,
    Close,
    Command,
    Differs,
    Evaluate,
    GetKeyframe,
    Intervene,
    Keyframe,
    Metrics,
    Open,
    Pause,
    Plan,
    Play,
    Predict,
    ProblemPart,
    Ready,
    Refused,
    Reply,
    Status,
)
from netlapse.spec.changes import Intervention

PLAN = Plan(
    netlapse="0",
    jax="0",
    jaxlib="0",
    device="none",
    devices=1,
    processor="none",
    shards=1,
    precision="float32",
    variant="fake",
    networks=1,
)
CHUNK = 10
STEPS_PER_EPOCH = 10


def loss(first: int, count: int) -> np.ndarray:
    return 1 / np.arange(first, first + count, dtype=np.float32)


class FakeWorker:
    def __init__(self) -> None:
        self.inbox: queue.Queue = queue.Queue()
        self.run = ""
        self.step = 0
        self.until = 0
        self.epochs = 0
        self.acted = 0
        self.training = False

    def main(self) -> None:
        kinds = TypeAdapter(Command)

        def read() -> None:
            while (frame := read_frame(sys.stdin.buffer)) is not None:
                self.inbox.put(decode(frame, kinds))
            os._exit(0)

        threading.Thread(target=read, daemon=True).start()
        time.sleep(float(os.environ.get("FAKE_STARTS_IN_S", "0")))
        while True:
            try:
                command, payload = self.inbox.get(timeout=None if not self.training else 0.001)
            except queue.Empty:
                self.chunk()
                continue
            self.obey(command, bytes(payload))

    def obey(self, command: object, payload: bytes) -> None:
        match command:
            case Open():
                self.open(command, payload)
            case Play():
                self.epochs += command.more_epochs
                end = self.epochs * STEPS_PER_EPOCH
                self.until = end if command.until_step is None else min(end, command.until_step)
                self.acknowledge(command)
                self.training = True
                self.status("training")
            case Pause():
                self.stand("paused")
                self.acknowledge(command)
            case Intervene():
                made = Intervention(step=self.step, changes=command.changes)
                self.acted += 1
                self.acknowledge(command, made)
            case Predict():
                rows = np.frombuffer(payload, np.float32).reshape(command.rows, -1)
                self.reply(command, outputs=2 * rows)
            case GetKeyframe():
                state = np.frombuffer(str(self.step).encode(), np.uint8)
                self.reply(command, keyframe=state)
            case Evaluate():
                self.reply(command)
            case Close():
                self.stand("paused")
                self.acknowledge(command)
                sys.stdout.flush()
                os._exit(0)

    def open(self, command: Open, payload: bytes) -> None:
        if command.spec["name"] == "refuse":
            problem = ProblemPart(kind="SpecError", message="It is no good.", place="network")
            send(Refused(kind="refused", command=command.command, problem=problem))
            return
        state = payload[: len(payload) - 4 * command.losses]
        start = int(state) if command.keyframe else 0
        recorded = np.frombuffer(payload[len(state) :], np.float32)
        self.run, self.step = command.run, command.replay_to
        self.epochs = command.spec["training"]["epochs"] + sum(
            extension.epochs for extension in command.extensions
        )
        self.acted = len(command.interventions)
        if recorded.tobytes() != loss(start + 1, command.losses).tobytes():
            send(Differs(kind="differs", run=self.run, step=start + 1))
        self.acknowledge(command)
        send(
            Ready(
                kind="ready",
                run=self.run,
                plan=PLAN,
                parameters=33,
                task="binary",
                class_names=("a", "b"),
                target_name="class",
                raw_names=("x", "y"),
            )
        )
        self.status("paused")

    def chunk(self) -> None:
        if self.step == int(os.environ.get("FAKE_DIES_AT", "-1")):
            print("Segmentation fault (pretended)", file=sys.stderr, flush=True)
            os._exit(3)
        if self.step == int(os.environ.get("FAKE_GARBLES_AT", "-1")):
            sys.stdout.buffer.write(b"\x08\0\0\0garbage!")
            sys.stdout.flush()
        time.sleep(float(os.environ.get("FAKE_CHUNK_S", "0")))
        count = min(CHUNK, self.until - self.step)
        if count > 0:
            values = loss(self.step + 1, count)
            buffers, payload = pack({"loss": values, "gradient_norm": 2 * values})
            message = Metrics(
                kind="metrics",
                run=self.run,
                first_step=self.step + 1,
                count=count,
                buffers=buffers,
            )
            self.step += count
            send(message, payload)
        if self.step % 100 == 0:
            self.keyframe(final=False)
        if self.step >= self.until:
            done = self.step >= self.epochs * STEPS_PER_EPOCH
            self.stand("finished" if done else "paused")

    def stand(self, state: str) -> None:
        self.training = False
        self.keyframe(final=True)
        self.status(state)

    def keyframe(self, *, final: bool) -> None:
        message = Keyframe(
            kind="keyframe",
            run=self.run,
            step=self.step,
            interventions=self.acted,
            final=final,
        )
        send(message, str(self.step).encode())

    def status(self, state: str) -> None:
        send(
            Status(
                kind="status",
                run=self.run,
                state=state,
                step=self.step,
                epoch=self.step / STEPS_PER_EPOCH,
                epochs=self.epochs,
                steps_per_epoch=STEPS_PER_EPOCH,
                steps_per_second=1.0,
                interventions=self.acted,
                pace=None,
                learning_rate=0.1,
            )
        )

    def acknowledge(self, command: object, made: Intervention | None = None) -> None:
        send(
            Acknowledged(
                kind="acknowledged",
                command=command.command,
                run=self.run,
                step=self.step,
                intervention=made,
            )
        )

    def reply(self, command: object, **arrays: np.ndarray) -> None:
        buffers, payload = pack(arrays)
        reply = Reply(
            kind="reply",
            command=command.command,
            step=self.step,
            values={"seconds": self.step / 1000},
            buffers=buffers,
        )
        send(reply, payload)


def send(message: object, payload: bytes = b"") -> None:
    write_frame(sys.stdout.buffer, encode(message, payload))


if __name__ == "__main__":
    FakeWorker().main()
