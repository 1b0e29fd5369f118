"""What a build learns from the sentences of knowledge/: which guide and articles answer, what is an emergency, what is not ours.

A `matcher.Matcher` scores guides and articles; a `classifier.Classifier` each tells guides apart, what is ours from what is not, and cries
for help from what is calm, over words and vector together. `within.Within` tells the articles of a guide apart, by the vector. All are
trained anew with every build and kept in the generation.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant import classifier, matcher, within
from assistant.classifier import Classifier
from assistant.embedding import Vectors
from assistant.matcher import Matcher
from assistant.text import bare
from assistant.types import Knowledge, Passage
from assistant.within import Within

MATCHER, ALARM, FOREIGN, CLASSIFIER, WITHIN = "matcher.npz", "alarm.npz", "foreign.npz", "classifier.npz", "within.npz"
# Its asks are cries for help themselves.
NOT_CALM = "psychological-help"
OTHER = "other:"
# One in so many of our asks stands for all beside what is not ours, and one in so many of what is calm beside the cries for help.
OURS_STEP = 2
CALM_STEP, CALM_OTHER_STEP = 3, 3
# Few kinds take more epochs than hundreds of guides: pairs in the right order on the dev half .988 → .989, .983 → .985.
FOREIGN_EPOCHS, ALARM_EPOCHS = 15, 30


class Learned(NamedTuple):
    """What a generation has learned: of guides and articles, of emergencies, of what is not ours, which guide it is and which articles."""

    matcher: Matcher
    alarm: Classifier
    foreign: Classifier
    classifier: Classifier
    within: Within


def learn(work: Path, knowledge: Knowledge, kinds: tuple[list[Passage], list[Passage], list[Passage]], vectors: Vectors) -> None:
    """Train everything from what is indexed, cries for help and what is not ours; *vectors* in that order."""
    dense, cries, others = kinds
    of_others = vectors[len(dense) + len(cries) :]
    matcher.save(train_matcher(dense, vectors[: len(dense)]), work / MATCHER)
    classifier.save(train_alarm([*dense, *cries, *others], vectors, knowledge), work / ALARM)
    classifier.save(train_foreign([*dense, *others], np.concatenate([vectors[: len(dense)], of_others])), work / FOREIGN)
    classifier.save(train_classifier(dense, vectors[: len(dense)]), work / CLASSIFIER)
    within.save(train_within(dense, vectors[: len(dense)]), work / WITHIN)


def train_matcher(passages: Sequence[Passage], vectors: Vectors) -> Matcher:
    """Learn from every ask which guide it belongs to and which articles decide it."""
    rows = [row for row, passage in enumerate(passages) if passage.kind == "ask"]
    asks = [passages[row] for row in rows]
    return matcher.train([ask.text for ask in asks], vectors[rows], [matcher.targets(ask) for ask in asks])


def train_classifier(passages: Sequence[Passage], vectors: Vectors) -> Classifier:
    """Learn from the asks of guides which guide a question belongs to."""
    asks = [(row, passage, passage.guide_id) for row, passage in enumerate(passages) if passage.kind == "ask"]
    known = [(row, passage.text, guide_id) for row, passage, guide_id in asks if guide_id is not None]
    return classifier.train([text for _, text, _ in known], vectors[[row for row, *_ in known]], [guide_id for *_, guide_id in known])


def train_within(passages: Sequence[Passage], vectors: Vectors) -> Within:
    """Learn from the asks of each guide which of its articles decide them."""
    rows = [row for row, passage in enumerate(passages) if passage.kind == "ask" and passage.guide_id is not None]
    return within.train([passages[row] for row in rows], vectors[rows])


def emergency_passages(knowledge: Knowledge) -> list[Passage]:
    """Return the sentences of `emergencies.yaml`: embedded like asks, learned from, never searched."""
    return [Passage(f"emergency:{kind}#{number}", "ask", words) for number, (kind, words) in enumerate(knowledge.emergencies)]


def train_alarm(passages: Sequence[Passage], vectors: Vectors, knowledge: Knowledge) -> Classifier:
    """Learn to tell emergencies from each other and from what is calm: about every third ask and every third of what no guide answers.

    All of them would outnumber the cries for help ten to one, and those would be heard less.
    """
    kinds = {f"emergency:{kind}#{number}": kind for number, (kind, _) in enumerate(knowledge.emergencies)}
    asks = [row for row, passage in enumerate(passages) if passage.kind == "ask" and passage.guide_id != NOT_CALM]
    calm = [
        row
        for row in asks
        if passages[row].id not in kinds
        and _stands_for_all(passages[row], CALM_OTHER_STEP if passages[row].id.startswith(OTHER) else CALM_STEP)
    ]
    rows = [row for row in asks if passages[row].id in kinds] + calm
    texts = [bare(passages[row].text) for row in rows]
    labels = [kinds.get(passages[row].id, classifier.CALM) for row in rows]
    return classifier.train(texts, vectors[rows], labels, epochs=ALARM_EPOCHS)


def other_passages(knowledge: Knowledge) -> list[Passage]:
    """Return the sentences of `others.yaml` and `vague.yaml`: embedded like asks, learned from, never searched."""
    return [Passage(f"{OTHER}{reply_id}#{number}", "ask", words) for number, (reply_id, words) in enumerate(knowledge.others)]


def train_foreign(passages: Sequence[Passage], vectors: Vectors) -> Classifier:
    """Learn to tell what no guide answers, by the reply it gets, from our asks, of which about every second stands for all."""
    foreign = [row for row, passage in enumerate(passages) if passage.id.startswith(OTHER)]
    asks = [row for row, passage in enumerate(passages) if passage.kind == "ask" and not passage.id.startswith(OTHER)]
    ours = [row for row in asks if _stands_for_all(passages[row], OURS_STEP)]
    rows = [*foreign, *ours]
    labels = [passages[row].id.removeprefix(OTHER).split("#")[0] for row in foreign] + [classifier.OURS] * len(ours)
    return classifier.train([bare(passages[row].text) for row in rows], vectors[rows], labels, epochs=FOREIGN_EPOCHS)


def _stands_for_all(ask: Passage, step: int) -> bool:
    """Draw by the words, not by the place: putting the rows of a file in another order changes nothing that is learned."""
    return zlib.crc32(ask.text.encode()) % step == 0


def learned_of(folder: Path) -> Learned:
    """Read what `learn` wrote; raises what `matcher.load` raises."""
    return Learned(
        matcher.load(folder / MATCHER),
        classifier.load(folder / ALARM),
        classifier.load(folder / FOREIGN),
        classifier.load(folder / CLASSIFIER),
        within.load(folder / WITHIN),
    )
