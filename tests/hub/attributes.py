"""Which files go to large file storage, as .gitattributes says, and the ones that a new repository gets."""

from __future__ import annotations

import codecs
from fnmatch import fnmatchcase

REGULAR_LIMIT = 10 * 1024 * 1024

_LARGE = [
    "*.7z",
    "*.arrow",
    "*.bin",
    "*.bz2",
    "*.ckpt",
    "*.ftz",
    "*.gz",
    "*.h5",
    "*.joblib",
    "*.lfs.*",
    "*.mlmodel",
    "*.model",
    "*.msgpack",
    "*.npy",
    "*.npz",
    "*.onnx",
    "*.ot",
    "*.parquet",
    "*.pb",
    "*.pickle",
    "*.pkl",
    "*.pt",
    "*.pth",
    "*.rar",
    "*.safetensors",
    "saved_model/**/*",
    "*.tar.*",
    "*.tar",
    "*.tflite",
    "*.tgz",
    "*.wasm",
    "*.xz",
    "*.zip",
    "*.zst",
    "*tfevents*",
]
_MEDIA = [
    "*.lz4",
    "*.mds",
    "*.pcm",
    "*.sam",
    "*.raw",
    "*.aac",
    "*.flac",
    "*.mp3",
    "*.ogg",
    "*.wav",
    "*.bmp",
    "*.gif",
    "*.png",
    "*.tiff",
    "*.jpg",
    "*.jpeg",
    "*.webp",
    "*.mp4",
    "*.webm",
]


def initial(kind: str) -> bytes:
    """The .gitattributes of a new repository."""
    patterns = _LARGE + (_MEDIA if kind == "dataset" else [])
    return "".join(f"{pattern} filter=lfs diff=lfs merge=lfs -text\n" for pattern in patterns).encode()


def _matches(pattern: str, path: str) -> bool:
    if "/" not in pattern:
        return fnmatchcase(path.rpartition("/")[2], pattern)
    return fnmatchcase(path, pattern.lstrip("/").replace("**/*", "*"))


def is_tracked(attributes: str, path: str) -> bool:
    """Whether the last matching line of .gitattributes sends the file to large file storage."""
    tracked = False
    for line in attributes.splitlines():
        pattern, *settings = line.split() or [""]
        if pattern and not pattern.startswith("#") and _matches(pattern, path):
            tracked = "filter=lfs" in settings
    return tracked


def is_ignored(gitignore: str, path: str) -> bool:
    """Whether .gitignore leaves the file out."""
    ignored = False
    for line in gitignore.splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        bare = pattern.lstrip("!").rstrip("/")
        names = [path, *("/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 1))]
        if any(_matches(bare, name) for name in names):
            ignored = not pattern.startswith("!")
    return ignored


def is_binary(sample: bytes) -> bool:
    """Whether the first bytes of a file are no text; a character cut at the end is none's fault."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=False)
    except UnicodeDecodeError:
        return True
    return b"\0" in sample


def upload_mode(attributes: str, path: str, size: int, sample: bytes) -> str:
    """`lfs` or `regular`, the answer to a preupload."""
    large = size > REGULAR_LIMIT or is_tracked(attributes, path) or is_binary(sample)
    return "lfs" if large else "regular"
