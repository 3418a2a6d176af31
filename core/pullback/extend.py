"""What authors of transforms may use."""

from pullback.chain.recorder import Recorder, outputs
from pullback.chain.sweep import pull, push
from pullback.chain.tape import Call, outcome
from pullback.tracked import RecorderProtocol, next_level

__all__ = ["Call", "Recorder", "RecorderProtocol", "next_level", "outcome", "outputs", "pull", "push"]
