"""Whether a post asks something: a question mark that ends a sentence, the ways questions start, asking for help.

Only two thirds of the questions in conversations carry a question mark, so most of this is about the others.
"""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import scipy.sparse as sparse

from data.settings import REFERENCE
from insights.reading.classifier import Classifier, Matrix, Read

LABELS = ("other", "question")
WEIGHTS = REFERENCE / "questions.npz"

SURE, LIKELY, PERHAPS = 0.93, 0.8, 0.6  # how often such a post asks something: see docs/benchmarks.md

_QUOTED = re.compile(r"^\s*>.*$|https?://\S+|`[^`]*`", re.MULTILINE)
_SENTENCE = re.compile(r"[^.!?\n…]+[.!?…]*")
_MARK = re.compile(r"\?[\s!?)\]\"'»”’…]*(?:$|\s)")
_FILLER = re.compile(
    r"^(?:[\W_]*(?:@\w+|#\w+|hi|hello|hey|hiya|ok|okay|so|but|and|also|oh|ah|well|please|pls|guys|all|everyone|folks|"
    r"just|sorry|thanks|thank you|quick question|question|bonjour|bonsoir|salut|coucou|hello|merci|svp|stp|du coup|"
    r"alors|et|mais|ok|dites?|dis|question|petite question|euh|bon|donc|sinon|pardon|désolée?|tous|"
    r"le monde|à tous|à toutes|tout le monde|team)\b)+[\W_]*",
    re.IGNORECASE,
)

_START_EN = re.compile(
    r"^(?:(?:what|why|how|where|when|who|whom|whose|which|what's|where's|how's|who's|whats|hows|wheres)\s+"
    r"(?:is|are|was|were|do|does|did|can|could|should|would|will|have|has|had|am|may|might|to|come|about|if|"
    r"isn't|aren't|don't|doesn't|didn't|can't|won't|shall|else|many|much|long|often|far|kind|version)\b"
    r"|(?:what|which|how|whose) (?!a |an |i |we |you |he |she |it |they |the |this |that )[\w'-]+ (?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|am) "
    r"(?:i|you|u|we|they|he|she|it|the|this|that|there|these|my|your|our|a|an)\b"
    r"|why (?:i|you|we|they|it|the|this|that|my|your|no)\b"
    r"|(?:is|are|was|were|am)\s+(?:there|it|this|that|these|those|he|she|they|you|we|i|the|my|your|our|any|anyone|"
    r"anybody|someone|it's)\b"
    r"|(?:do|does|did|can|could|should|would|will|have|has|shall|don't|doesn't|didn't|can't|couldn't|"
    r"won't|wouldn't|isn't|aren't|haven't|hasn't|wasn't)\s+"
    r"(?:i|you|u|we|they|he|she|it|this|that|there|these|those|the|my|your|our|any|anyone|anybody|someone|somebody|"
    r"everyone|people|one|not)\b"
    r"|(?:any|anybody|anyone|someone|somebody)\s+(?:\w+\s+)?(?:know|knows|have|has|had|tried|using|used|use|here|else|"
    r"idea|ideas|news|update|updates|suggestion|suggestions|advice|recommendation|recommendations|way|chance|thoughts|"
    r"tips|help|able|can|could|got|seen|who|experience|reason|plans?|word|experiencing|having|getting|figured)\b"
    r"|(?:what|how)\s+about\b|why\s+not\b|how\s+come\b|whats\b|wtf\s+is\b)",
    re.IGNORECASE,
)
_START_FR = re.compile(
    r"^(?:(?:est-ce|est ce|qu'est-ce|qu'est ce|quest ce|kesk|c'est quoi|cest quoi|c'est où|c'est quand|c'est qui|"
    r"comment(?! dire)|pourquoi|pk|pq|où|combien|quand est-ce|depuis quand|jusqu'à quand|à quoi|de quoi|avec quoi|à qui|"
    r"par où|d'où|pour quand|qui (?:a|sait|peut|connaît|connait|est|aurait|utilise|vient|pourrait|ici)|"
    r"que (?:faire|faut-il|se passe|pensez|penses|signifie|veut|vaut)|"
    r"quell?e?s? (?:est|sont|était|serait|\w+ (?:pour|est|sont|avez|faut|dois|me|utilis|conseill|choisir|à))|"
    r"y a-t-il|y a t-il|y a t il|y aurait-il|ya-t-il|ya t il|existe-t-il|"
    r"(?:quelqu'un|qqn|quelqu un|des gens|certains)\s+(?:\w+\s+){0,2}(?:sait|savent|a|ont|aurait|auraient|connaît|"
    r"connait|peut|pourrait|saurait|utilise|comprend|est|d'autre)|"
    r"(?:une|des) idées?\b|(?:un|des) (?:conseils?|avis|retours?|recommandations?|pistes?)\b)"
    r"|\w+(?:ez|ons|ent|t|d|s|x|ai)-(?:t-)?(?:vous|tu|il|elle|on|ils|elles|nous|je|ce)\b"
    r"|(?:vous (?:savez|pensez|connaissez|avez une idée)|tu (?:sais|penses|connais)|on peut|peut-on|puis-je|"
    r"doit-on|faut-il|a-t-on|ça marche comment|ça coûte combien|ça veut dire quoi)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[,;:]\s*(?:do|does|did|is|are|can|could|should|would|will) (?:you|u|i|we|they|there|it|this|that|any|anyone)\b|"
    r"\bwould (?:this|that|it) be possible|please tell|for what reason|[,;:] ?(?:how|why|where|what) (?:do|does|is|are|can|"
    r"should|would)\b|"
    r"\b(?:on fait comment|ça (?:se )?fait comment|c'est quand|c'est où|c'est combien|c'est quoi|pour quelle raison|"
    r"depuis combien de temps)\b|\b(?:i(?:'m| am| was) wondering|just wondering|wondering (?:if|how|why|what|whether)|i wonder|"
    r"(?:does|did|do|has|have|can|could) (?:any(?:one|body)|some(?:one|body)|you guys|you)\b|any (?:idea|clue|advice|"
    r"suggestion|tip|recommendation|pointer|help|thought)s?\b|(?:can|could|would) (?:you|someone|somebody|anyone) "
    r"(?:please |kindly )?(?:help|tell|explain|share|point|confirm|clarify|advise|show|check|provide|give)|"
    r"(?:need|looking for|want|after) (?:some |a bit of |a little |your )?(?:help|advice|assistance|guidance|"
    r"clarification|recommendations?|suggestions?)|please (?:help|advise|explain|clarify)|help (?:me )?(?:please|needed|"
    r"plz|pls)|(?:i )?(?:don't|do not|dont|can't|cannot|cant) (?:know|understand|figure out|find out|see|find) "
    r"(?:how|why|what|where|which|if|whether|when|the way)|not sure (?:how|why|what|where|which|if|whether|when)|"
    r"(?:trying to|want to|like to|need to|love to) (?:know|understand|find out|figure out|learn)"
    r" (?:how|why|what|where|which|if|whether|when|more)|"
    r"(?:let me|lemme) know (?:if|how|when|where|whether)|is there (?:a|an|any|some|anything|anyone)\b|"
    r"how (?:do|can|would|should|could|did) (?:i|we|you|one)\b|what (?:is|are|would be) the (?:best|right|proper|easiest|"
    r"difference)|(?:anyone|anybody|someone) (?:know|else|here|have|has|tried|explain|help)\b|question (?:about|for|on|"
    r"regarding)|confused (?:about|by|on|as to)|eli5|"
    r"je me demand(?:e|ais)|savez[- ]vous|sauriez[- ]vous|pou(?:vez|rriez)[- ]vous|peux[- ]tu|tu peux|"
    r"vous (?:pouvez|pourriez) (?:m'|me |nous )|quelqu'un (?:sait|a|connaît|connait|peut|pourrait|aurait|saurait|utilise)|"
    r"(?:je )?(?:ne )?(?:sais|comprends|trouve|vois) pas (?:comment|pourquoi|où|quoi|quel|quelle|si|quand|ce que)|"
    r"j'(?:aimerais|voudrais) (?:savoir|comprendre|avoir|connaître)|je (?:voudrais|souhaite|cherche à|souhaiterais) "
    r"(?:savoir|comprendre|connaître)|besoin d(?:'aide|e vos|'un conseil|'un avis|e conseils)|à l'aide|"
    r"(?:je|on) cherche (?:un|une|des|comment|quelqu'un|à)|une idée\b|des idées|des conseils|vos avis|"
    r"est-ce (?:que|qu'|possible|normal)|y a[- ]t[- ]il|merci de (?:me|nous) (?:dire|répondre|renseigner|expliquer|"
    r"confirmer|préciser)|comment (?:faire|faites|fait|ça|je|on|faire|puis|dois|peut|activer|installer))\b",
    re.IGNORECASE,
)
_RHETORICAL = re.compile(
    r"^(?:really|seriously|wtf|why\?+|what\?+|huh|right|ok(?:ay)?|sérieux|sérieusement|vraiment|ah bon|quoi|hein|non)"
    r"[\s?!.]*$|\b(?:you know what|guess what|who cares|what the (?:hell|fuck)|why bother|who needs|qui s'en soucie|"
    r"vous savez quoi|tu sais quoi|à quoi bon|on s'en fout)\b",
    re.IGNORECASE,
)
MAX_CHARACTERS = 6_000


def spoken(text: str) -> str:
    """The first part of a post without what it quotes, its code and its addresses."""
    return _QUOTED.sub(" ", text[:MAX_CHARACTERS]).replace("’", "'").strip()


def without_greeting(sentence: str) -> str:
    """A sentence without what only leads up to it: "Hi all, just a quick question:"."""
    return _FILLER.sub("", sentence.strip())


def sentences_that_ask(body: str) -> Iterator[tuple[str, float]]:
    """(sentence, how surely it asks something) of what `spoken` leaves of a post, where it asks at all."""
    for sentence in _SENTENCE.findall(body):
        words = sentence.strip()
        if not any(c.isalpha() for c in words):
            continue
        bare = _FILLER.sub("", words)
        marked = bool(_MARK.search(words))
        if marked and _RHETORICAL.search(words):
            yield words, PERHAPS if len(body) < 40 else 0.4
        elif marked:
            yield words, SURE
        elif (_START_EN.match(bare) or _START_FR.match(bare)) and not words.endswith("!"):
            yield words, LIKELY
        elif _ASKS.search(words):
            yield words, PERHAPS


def question_probability(text: str) -> float:
    """How surely a post asks something, from 0 to 1."""
    return max((sure for _, sure in sentences_that_ask(spoken(text))), default=0.03)


def marks_of(texts: Sequence[str]) -> Matrix:
    """n x 4, what the weights read beside vectors: `question_probability`, a question mark anywhere, one at the end,
    one in the first line (a title)."""
    rows = []
    for text in texts:
        body = text[:MAX_CHARACTERS].strip()
        rows.append((question_probability(text), "?" in body, body[-3:].find("?") >= 0, "?" in body.split("\n", 1)[0]))
    return np.array(rows, dtype=np.float32).reshape(len(texts), 4)


@lru_cache(maxsize=1)
def default_model() -> Classifier:
    return Classifier(WEIGHTS)


def question_probabilities(
    texts: Sequence[str], rows: sparse.csr_matrix | None = None, read: Read | None = None
) -> list[float]:
    """How surely each post asks something that somebody should answer: by the weights where vectors are at hand, else
    by the marks and words of a question alone."""
    if read is None or rows is None or read.model != default_model().stack_model:
        return [question_probability(text) for text in texts]
    read = replace(read, more=marks_of(texts))
    return [float(row[1]) for row in default_model().probabilities(rows, read)]
