"""Frames of the Lockstep protocol: a msgpack header and the tensors behind it (PROTOCOL.md, "Frames")."""

from collections.abc import Sequence
from typing import Any

import msgpack
import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 8
MAX_HEADER_BYTES = 4096
DTYPES: dict[str, np.dtype[Any]] = {"f32": np.dtype("<f4"), "f64": np.dtype("<f8"), "u8": np.dtype("u1")}
NAMES = {dtype: name for name, dtype in DTYPES.items()}

Message = dict[str, Any]
Tensor = NDArray[Any]


class FrameError(Exception):
    """Bytes that are no frame."""


def padding(length: int) -> bytes:
    return bytes(-length % ALIGNMENT)


def encode(message: Message, tensors: Sequence[Tensor] = ()) -> bytes:
    header = msgpack.packb({**message, "tensors": [[NAMES[t.dtype], t.size] for t in tensors]})
    parts = [len(header).to_bytes(4, "little"), header, padding(4 + len(header))]
    for tensor in tensors:
        parts += [tensor.tobytes(), padding(tensor.nbytes)]
    return b"".join(parts)


def decode(frame: bytes) -> tuple[Message, list[Tensor]]:
    """The message and its tensors, which are windows onto the frame. Raises FrameError."""
    length = int.from_bytes(frame[:4], "little")
    if length > min(MAX_HEADER_BYTES, len(frame) - 4):
        raise FrameError(f"a frame of {len(frame)} bytes announces a header of {length}")
    try:
        message: Message = msgpack.unpackb(frame[4 : 4 + length])
        announced = [(DTYPES[name], count) for name, count in message.pop("tensors")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FrameError("the header is not a map with a list of tensors") from error
    at = 4 + length + len(padding(4 + length))
    tensors = []
    for dtype, count in announced:
        size = count * dtype.itemsize
        if at + size > len(frame):
            raise FrameError("the frame is shorter than its tensors")
        tensors.append(np.frombuffer(frame, dtype, count, at))
        at += size + len(padding(size))
    if at != len(frame):
        raise FrameError(f"the frame has {len(frame)} bytes, its parts add up to {at}")
    return message, tensors
