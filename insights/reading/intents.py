"""What a post is: a question, complaint, praise, idea or bug report; several may hold, and "unsure" is a value."""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import scipy.sparse as sparse

from data.settings import REFERENCE
from insights.reading.classifier import Classifier, Matrix, Read

KINDS = ("bug", "idea", "other")
WEIGHTS = REFERENCE / "kind.npz"
HOLDS = 0.5
ALONE = 0.65  # what the model's word is worth where no word of the kind stands in the post
DOUBT = 0.3  # from here to `HOLDS` it is unsure, where nothing else holds

# The weights were learned from English reviews: French posts, and what reviews rarely say, are told by these.
_BUG = re.compile(
    r"\b(?:bugs?|bugg?é\w*|buggu?e\w*|plante\w*|crash\w*|ne (?:marche|fonctionne|s'ouvre|répond|charge|s'affiche|"
    r"démarre|se (?:connecte|lance|synchronise)|reçoi\w+|s'envoie\w*|part) (?:plus|pas)|(?:marche|fonctionne|répond|"
    r"charge|s'affiche|s'ouvre) (?:plus|pas)\b|impossible d(?:e|') ?(?:se |me |s')?(?:connecter|ouvrir|"
    r"envoyer|charger|imprimer|exporter|synchroniser|accéder|enregistrer|installer)|(?:message|code) d'erreur|erreur \d+|"
    r"page blanche|écran (?:noir|blanc)|freez\w*|se ferme tout|a disparu|ont disparu|perdu (?:toutes? |tous )?(?:mes|nos|"
    r"les) (?:données|créneaux|messages)|en panne|est tombé|does(?:n't| not) (?:work|load|open|sync|send)|not working|"
    r"stopped working|won't (?:load|open|start|sync)|keeps? (?:crashing|freezing|logging)|error (?:message|code|\d+)|"
    r"blank page|is down|broken|fails? (?:on|to|with)|glitch\w*)",
    re.IGNORECASE,
)
_IDEA = re.compile(
    r"\b(?:il (?:faudrait|manque|serait (?:bien|bon|utile|pratique|chouette))|ce serait (?:bien|super|génial|top|cool|"
    r"pratique|utile)|ça serait (?:bien|super|génial|top|cool|pratique)|(?:pourriez|pouvez)-vous ajouter|"
    r"ajoute[rz]? (?:une|un|la|le|des|l'|svp)|suggestion|une idée :|j'aimerais (?:bien )?(?:pouvoir|avoir|que)|"
    r"on aimerait|prévoyez-vous|à quand|serait-il possible d(?:e|')|idée d'amélioration|"
    r"would be (?:great|nice|good|cool|awesome|helpful|useful|perfect) (?:if|to|with)|i wish|wish (?:it|there|you|we)|"
    r"(?:please|pls|could you|can you) (?:please )?(?:add|bring|let us|let me|allow|support|include)|feature request|"
    r"suggestion|it (?:should|could) (?:have|let|allow|be able)|need(?:s)? (?:an? )?(?:option|feature|way) to|"
    r"any plans? (?:to|for)|would love (?:to (?:see|have)|an?|if))",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"\b(?:thanks?|thank you|thx|merci|bravo|well done|good job|great (?:work|job|app|tool|team|service)|kudos|love|"
    r"adore|j'aime|excellent|parfait|perfect|super|génial|amazing|awesome|félicitations|congrat\w+|recommand\w*|"
    r"recommend)\b",
    re.IGNORECASE,
)
_GRIEF = re.compile(
    r"\b(?:unacceptable|inacceptable|disappoint\w+|déçue?s?|déception|refund|remboursez?\w*|worst|pire|honte\w*|shame\w*|"
    r"scandal\w*|fed up|ras[- ]le[- ]bol|marre|waiting (?:for )?(?:\w+ )?(?:days|weeks|hours)|attends? depuis|still (?:no|"
    r"not|waiting)|toujours (?:pas|rien|aucune)|no (?:answer|reply|response)|sans réponse|aucune réponse|terrible|awful|"
    r"horrible|useless|inutile|nul(?:le)?|rip-?off|arnaque|overpriced|trop cher|too expensive|cancel(?:l?ing|led)?|"
    r"résili\w+|complain\w*|plainte|never again|plus jamais|unhappy|mécontente?s?)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def default_model() -> Classifier:
    return Classifier(WEIGHTS)


def kind_probabilities(
    texts: Sequence[str], langs: Sequence[str], rows: sparse.csr_matrix, read: Read | None = None
) -> Matrix:
    """n x 3: bug, idea, other. Without vectors the weights know English alone; French is then told by the patterns."""
    model = default_model()
    result = model.probabilities(rows, read)
    vectors = read is not None and read.model == model.stack_model
    for place, (text, lang) in enumerate(zip(texts, langs, strict=True)):
        bug, idea = bool(_BUG.search(text[:3_000])), bool(_IDEA.search(text[:3_000]))
        if lang == "fr" and not vectors:
            result[place] = (0.7, 0.12, 0.18) if bug and not idea else (0.1, 0.72, 0.18) if idea else (0.08, 0.08, 0.84)
        elif not any(c.isalpha() for c in text[:3_000]):
            result[place] = (0.02, 0.02, 0.96)
    return result


def intents(
    texts: Sequence[str], kinds: Matrix, tones: Matrix, named: Sequence[bool], asked: Sequence[float]
) -> list[tuple[tuple[str, float], ...]]:
    """(intent, confidence) of each post, those that hold. `tones` are n x 3 (negative, neutral, positive), `named`
    says that the post names one of our brands, `asked` how surely it asks something that somebody should answer.

    A complaint is a negative post about us, about a fault, or in the words of one; praise likewise.
    """
    result = []
    for row, text in enumerate(texts):
        part = text[:3_000]
        bug, idea, negative, positive = (
            float(kinds[row][0]),
            float(kinds[row][1]),
            float(tones[row][0]),
            float(tones[row][2]),
        )
        # The model knows reviews of applications; in other posts it needs the words of a fault or a wish, or be surer.
        # Its classes exclude each other, kinds do not: a word of the kind lifts what the model finds little of.
        bug = 0.4 + 0.6 * bug if _BUG.search(part) else ALONE * bug
        idea = 0.4 + 0.6 * idea if _IDEA.search(part) else ALONE * idea
        about = named[row] or bug >= HOLDS
        grief, thanks = bool(_GRIEF.search(part)), bool(_THANKS.search(part))
        scores = {
            "question": asked[row],
            "complaint": negative * (1.0 if grief and about else 0.85 if grief or about else 0.4),
            "praise": positive * (1.0 if thanks and about else 0.85 if thanks or about else 0.4),
            "idea": idea,
            "bug": bug,
        }
        holding = tuple((name, round(value, 4)) for name, value in scores.items() if value >= HOLDS)
        if not holding:
            most = max(scores.values())
            holding = (("unsure", round(most, 4)),) if most >= DOUBT else (("other", round(1 - most, 4)),)
        result.append(holding)
    return result
