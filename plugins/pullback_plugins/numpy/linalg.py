"""x."""
from typing import Any
from pullback import hookimpl
@hookimpl
def pullback_register_primitives() -> list[Any]:
    return []
