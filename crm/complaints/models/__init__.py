"""The tables of complaints and suggestions."""

from .answers import Overtaken
from .opinion import Opinion
from .parts import BelongsToOpinion, Finding, Instruction, OpinionFile, Reply

__all__ = ["BelongsToOpinion", "Finding", "Instruction", "Opinion", "OpinionFile", "Overtaken", "Reply"]
