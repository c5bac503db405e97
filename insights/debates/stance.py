"""Whether a post agrees or disagrees, and with what: the post it answers, or the question of the thread.

Cues in French and English that people write when they take sides, most of them in the first words of a sentence
(after Abbott et al. 2011, "How can you say such things?!?", and Somasundaran & Wiebe 2010 on arguing cues), and the
concessions by which they grant something to the other side.
"""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import re
from dataclasses import dataclass

MAX_CHARACTERS = 3_000
PARENT, QUESTION, EITHER = "parent", "question", "either"

_SENTENCE = re.compile(r"[^.!?\n…]+[.!?…]*")
_QUOTED = re.compile(r"^\s*>.*$|```.*?```|`[^`\n]*`|https?://\S+", re.MULTILINE | re.DOTALL)
_OPENING = r"^(?:[\W_]*(?:@[\w.]+|(?:hmm+|well|so|and|but|oh|ah|honestly|personally|imo|imho|tbh|eh|mais|et|bon|ben|bah|alors|euh|hum|perso|franchement|pour moi|à mon avis|pour ma part|de mon côté)\b))*[\W_]*"

# Towards the question: the writer names a side.
_FOR = re.compile(
    r"\b(?:i(?:'m| am|'d be| would be)? (?:(?:all|totally|completely|still|very much|personally|fully|rather|strongly|generally|quite) )*(?:for (?:it|this|that|the)|in favou?r|pro[- ]\w+)|(?:^|[.!?:] *)in favou?r\b|i (?:(?:fully|strongly|totally|would|do|also) )?support (?:this|that|it|the|a\b|an\b)|i(?:'d| would)? vote (?:for|yes)|count me in|"
    r"je suis (?:(?:plutôt|totalement|complètement|tout à fait|assez|très|clairement|donc|aussi|personnellement|à fond) )*(?:pour\b(?! (?:l'instant|le moment|ma part))|favorable|partant)|on est (?:plutôt |tous )?pour\b(?! (?:l'instant|le moment))|je (?:soutiens|vote pour|valide)|(?:^|[.!?] *)pour ?[:,.!])",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:i(?:'m| am|'d be| would be)? (?:(?:all|totally|completely|still|very much|personally|fully|rather|strongly|generally|quite|also|firmly) )*(?:against|opposed to|anti[- ]\w+)|(?:^|[.!?:] *)against (?:it|this|that)\b|i (?:(?:fully|strongly|totally|would|do|also) )?oppose\b|i(?:'d| would)? vote (?:against|no)\b|count me out|"
    r"je suis (?:(?:plutôt|totalement|complètement|tout à fait|assez|très|clairement|donc|aussi|personnellement|résolument) )*(?:contre|opposée?|défavorable)|on est (?:plutôt |tous )?contre\b|je (?:m'oppose|vote contre)|(?:^|[.!?] *)contre ?[:,.!])",
    re.IGNORECASE,
)
_YES = re.compile(
    _OPENING
    + r"(?:yes|yep|yeah|yup|sure|absolutely|definitely|of course|certainly|by all means|oui|ouais|bien sûr|absolument|évidemment|tout à fait|carrément|clairement oui)\b(?! (?:but|mais|and no|et non))(?!,? (?:but|mais)\b)",
    re.IGNORECASE,
)
_NO = re.compile(
    _OPENING
    + r"(?:(?:no|nope|nah|never|non|nan|jamais)(?=\s*(?:[,.:;!\-–—]|$|(?:it|that|this|you|they|we|he|she|i|not|because|one should|mais|ce|c'est|il|elle|on|vous|tu|je|parce|merci)\b))(?!,? (?:problem|worries|idea|clue|doubt|wonder|offen[sc]e|longer|joke|plus)\b)|absolutely not|definitely not|certainly not|of course not|hell no|please don't|surtout pas|absolument pas|certainement pas|bien sûr que non|pas question|pas du tout)\b",
    re.IGNORECASE,
)
# Towards the post that is answered.
_AGREE = re.compile(
    _OPENING
    + r"(?:(?:i |we |je |on )?(?:(?:fully|totally|completely|strongly|wholeheartedly|couldn't|could not|entirely|definitely|also|very much|do|would|really) )*agree(?:d)?\b(?! (?:to disagree|on nothing))|exactly\b|precisely\b|indeed\b|(?:so |very |that's |too )?true\b|(?:that's|you're|you are|that is|he's|she's|they're) (?:so |absolutely |totally |quite |completely |very |exactly )?(?:right|correct|true|spot on)\b|right[,.!]|correct[,.!]|this\W*$|this[.!]|same (?:here|for us|for me|experience)|\+ ?1\b|well (?:said|put)|good point|great point|fair (?:point|enough)|makes sense|spot on|couldn't have said|seconded|hear,? hear|ditto|my thoughts exactly|"
    r"(?:je suis |entièrement |totalement |tout à fait |complètement |bien |moi aussi )*d'accord\b(?! pour dire que non)|(?:tout à fait|exactement|exact|effectivement|en effet|absolument|parfaitement|complètement|totalement)[\s,.!]|c'est (?:tout à fait |bien |très |exactement |totalement )?(?:vrai|juste|exact|ça)\b|(?:tu as|t'as|vous avez|il a|elle a) (?:tellement |tout à fait |entièrement |bien )?raison|bien dit|bonne remarque|je (?:plussoie|confirme|te rejoins|vous rejoins|partage)|pareil\b|idem\b|bien vu|(?:^|\b)moi aussi\b)",
    re.IGNORECASE,
)
_DISAGREE = re.compile(
    _OPENING
    + r"(?:(?:i |we |je |on )?(?:(?:fully|totally|completely|strongly|wholeheartedly|entirely|respectfully|have to|must|hard|really|politely|kindly|would) )*disagree\b|(?:i |we )?(?:(?:really|still|just|personally) )?(?:don't|do not|can't|cannot) (?:agree|think so|buy (?:it|that|this)|believe (?:it|that|this))|(?:that's|that is|this is|you're|you are|it's|it is|he's|they're) (?:just |simply |so |totally |completely |absolutely |factually |plain |really |also )?(?:wrong|false|incorrect|nonsense|bullshit|ridiculous|absurd|not true|not right|not correct|not fair|not how|not what|untrue|mistaken|unfair|a myth|a lie)\b|(?:that|this) (?:isn't|is not|wasn't|was not|doesn't|does not) (?:true|right|correct|fair|how|what|make (?:any )?sense|follow|hold)|wrong\b|false[.,!:]|not true\b|nonsense\b|bullshit\b|bs[.,!]|(?:i )?(?:highly |seriously |really )?doubt (?:it|that)|(?:sorry,? (?:but )?|but )(?:no|i disagree|that's not|you're wrong)[,.: ](?!problem|one\b)|sorry,? (?:but|no)\b|not (?:really|quite|necessarily|at all|exactly|so)\b|hardly\b|on the contrary|quite the (?:opposite|contrary)|citation needed|(?:you're|you are) (?:missing|ignoring|forgetting|misunderstanding|confusing)|except (?:that|it|they|when)|actually,? (?:no|that|it|you|they|this)\b|au contraire|"
    r"(?:je (?:ne )?suis |pas |vraiment |du tout |absolument |totalement |tellement )*pas (?:du tout |vraiment |tout à fait |complètement |totalement |trop )?d'accord|en désaccord|(?:c'est |totalement |complètement )*(?:faux|n'importe quoi|absurde|ridicule|injuste)\b|désolée?[, ]+(?:mais|non|pas)|(?:je )?(?:ne |n')?(?:suis pas (?:convaincue?|sûre?)|(?:pense|crois) pas\b|y crois pas)|pas (?:vraiment|forcément|convaincue?|sûre?)\b|j'en doute|je doute|(?:tu te|vous vous) (?:trompe[sz]?|méprenez)|(?:tu as|vous avez|t'as) tort|ce n'est (?:pas|absolument pas) (?:vrai|juste|le cas|du tout|normal|si simple|aussi simple)|c'est pas (?:vrai|juste|du tout|le cas|si simple|aussi simple)|bof\b|mouais\b|sauf que)",
    re.IGNORECASE,
)
_NEGATED_AGREE = re.compile(
    r"\b(?:don't|do not|can't|cannot|not|never|n't|pas|ne suis pas)(?:\s+\w+){0,2}\s+(?:agree|d'accord)|\bpas (?:\w+ ){0,2}d'accord",
    re.IGNORECASE,
)
# Anywhere in a sentence, a little less sure.
_AGREE_INSIDE = re.compile(
    r"\b(?:i (?:fully |totally |completely |strongly |do )?agree (?:with|that)|agree with (?:you|this|that|@)|you're (?:absolutely |so )?right|as (?:you|\w+) (?:rightly )?said|je suis (?:\w+ )?d'accord (?:avec|sur|pour)|comme (?:tu|vous) (?:le )?dites?|(?:tu as|vous avez) raison)",
    re.IGNORECASE,
)
_DISAGREE_INSIDE = re.compile(
    r"\b(?:i (?:\w+ )?disagree|i (?:don't|do not|can't) agree|disagree with|you're (?:\w+ )?wrong|je ne suis pas d'accord|pas (?:du tout |vraiment )?d'accord|(?:tu te|vous vous) trompe[sz]?|(?:tu as|vous avez) tort)",
    re.IGNORECASE,
)
# Agreeing with a thing, not with a person, is a stance towards the question.
_WITH_THING = re.compile(
    r"\b(?:agree|d'accord|disagree) (?:with|avec|about|on|sur|pour) (?!you\b|u\b|him\b|her\b|them\b|this\b|that\b|the (?:comment|post|above|op)\b|@|toi\b|vous\b|lui\b|elle\b|eux\b|ça\b|cela\b|ce (?:que|commentaire)\b|ton\b|ta\b|votre\b|your\b|everyone\b|tout le monde\b|most\b)",
    re.IGNORECASE,
)
_GRANTS = re.compile(
    r"\b(?:(?:it's|that's|it is|that is|is) (?:true|fair|right) that|true[,:] .{0,90}\bbut\b|(?:fair|good|valid) point\b|fair enough|i (?:grant|concede|admit|understand|get|see|acknowledge) (?:that|the|your|why|where|it)\b|granted\b|admittedly|to be fair|in fairness|you have a point|both (?:sides|camps|views|are|of (?:you|us))|we (?:all|both) (?:agree|want)|everyone (?:agrees|wants)|nobody (?:wants|denies|disputes)|no one (?:wants|denies|disputes)|i(?:'m| am) in favou?r,? (?:as long as|provided|if)|as long as|provided (?:that|it)|common ground|there is (?:some )?truth|not (?:all|entirely) (?:wrong|bad)|even if i (?:disagree|don't)|"
    r"c'est vrai que|il est vrai que|certes\b|j'admets|je (?:comprends|reconnais|vous l'accorde|te l'accorde|conçois)\b|j'entends\b.{0,40}\bmais|vous avez raison sur|tu as raison sur|les deux (?:camps|côtés|positions|avis)|on (?:est|sera) tous d'accord|tout le monde (?:est d'accord|veut|s'accorde)|personne ne (?:veut|conteste|nie)|à condition (?:que|de)|tant que\b|si (?:et seulement si|les|on|c'est)\b.{0,60}dans le|un point (?:juste|valable)|terrain d'entente|honnêtement,? vous)",
    re.IGNORECASE,
)
_DEPENDS = re.compile(
    r"\b(?:it (?:really |all |kind of )?depends|depends on|why not both|both (?:have|are|make|could|can|options|models)|neither (?:is|side|one)|somewhere in (?:the middle|between)|middle ground|a (?:bit|mix) of both|case by case|ça dépend|cela dépend|tout dépend|les deux (?:sont|ont|modèles|options|peuvent)|pourquoi pas les deux|ni l'un ni l'autre|entre les deux|au cas par cas|juste milieu|un peu des deux|i(?:'m| am) (?:torn|on the fence|undecided)|je suis partagée?|j'hésite)\b",
    re.IGNORECASE,
)
_TEASING = re.compile(r"(?:\s/s\b|\blol\b|\blmao|\bhaha|\bmdr\b|\bptdr\b|:[-]?[DP]\b|😂|🤣)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stance:
    """How a post takes sides. `value` from -1 (disagrees) to 1 (agrees), 0 for no cue; its size is how sure the cue
    is. `target`: what it is about. `grants` are (start, stop) of sentences that grant something to others."""

    value: float = 0.0
    target: str = EITHER
    depends: bool = False
    grants: tuple[tuple[int, int], ...] = ()

    @property
    def speaks(self) -> bool:
        return bool(self.value or self.depends or self.grants)


def stance_of(text: str) -> Stance:
    """The stance that the words of a post show; quoted lines and addresses are not its words."""
    part = text[:MAX_CHARACTERS].replace("’", "'")
    own = _QUOTED.sub(lambda found: " " * len(found[0]), part)
    spans = [(m.start(), m.end()) for m in _SENTENCE.finditer(own) if any(c.isalpha() for c in m[0])][:40]
    if not spans:
        return Stance()
    value, target = 0.0, EITHER
    for number, (start, stop) in enumerate(spans):
        sentence = own[start:stop].strip()
        asks = sentence.rstrip(")\"'» ").endswith("?")
        found, about = _read(sentence)
        # A later sentence weighs less, and a question takes no side.
        found *= (1.0 if number == 0 else 0.8 if number < 3 else 0.5) * (0.3 if asks else 1.0)
        if abs(found) > abs(value):
            value, target = found, about
    if _TEASING.search(own):
        value *= 0.5
    grants = tuple(
        _trimmed(part, start, stop)
        for start, stop in spans
        if _GRANTS.search(own[start:stop]) and stop - start >= 20 and not own[start:stop].strip().endswith("?")
    )[:3]
    return Stance(round(value, 3), target, bool(_DEPENDS.search(own)), grants)


def _trimmed(text: str, start: int, stop: int) -> tuple[int, int]:
    while start < stop and text[start].isspace():
        start += 1
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return start, stop


def _read(sentence: str) -> tuple[float, str]:
    """(value, target) of one sentence."""
    against, support = _AGAINST.search(sentence), _FOR.search(sentence)
    if against and not support:
        return -0.95, QUESTION
    if support and not against:
        return 0.9, QUESTION
    thing = QUESTION if _WITH_THING.search(sentence) else PARENT
    if _DISAGREE.match(sentence) or _NEGATED_AGREE.search(sentence):
        # "No: ..." may answer the question as well as the post.
        return -0.9, EITHER if _NO.match(sentence) else thing
    if _NO.match(sentence):
        return -0.8, EITHER
    if _AGREE.match(sentence):
        return 0.85, thing if thing == QUESTION or not _YES.match(sentence) else EITHER
    if _YES.match(sentence):
        return 0.75, EITHER
    if _DISAGREE_INSIDE.search(sentence):
        return -0.7, thing
    if _AGREE_INSIDE.search(sentence):
        return 0.65, thing
    return 0.0, EITHER
