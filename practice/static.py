"""Static files under names that carry their content's hash, so that browsers may keep them for ever."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names once files are collected; plain ones until then, in tests and on a fresh clone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.urls: dict[str, str] = {}

    def stored_name(self, name: str) -> str:
        return str(super().stored_name(name)) if self.hashed_files else name

    def url(self, name: str, force: bool = False) -> str:
        """Made once for each file: a page names twenty, and making them takes a thirtieth of its time."""
        if name not in self.urls:
            self.urls[name] = str(super().url(name, force))
        return self.urls[name]
