"""The words of a text as the search index holds them, and of a query as they are sought there.

Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese are written without spaces between words, or with particles
that cling to them. `spread` sets every run of their letters apart as its first letter, each pair of neighbours, its
last letter: 東京へ is held as 東 東京 京へ へ. A word of two letters is then one term of the index, a longer one a few
terms side by side, a single letter the beginning of a term. All other words stay as they are.
"""

from __future__ import annotations

import re
import unicodedata

# Letters of scripts without spaces. The same ranges stand in the migration, which is frozen.
UNSPACED = (
    "\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0e82\u0e84\u0e86-\u0e8a\u0e8c-\u0ea3\u0ea5\u0ea7-\u0eb0"
    "\u0eb2-\u0eb3\u0ebd\u0ec0-\u0ec4\u0ec6\u0edc-\u0edf\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061"
    "\u1065-\u1066\u106e-\u1070\u1075-\u1081\u108e\u1100-\u11ff\u1780-\u17b3\u3005-\u3007\u3021-\u3029\u3031-\u3035"
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufad9\U00020000-\U000323af"
)
# Latin letters and digits drawn as wide as an ideograph, katakana drawn half as wide.
_DRAWN = {code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0xFF01, 0xFF5F), *range(0xFF66, 0xFFA0))}
_DRAWN_OTHERWISE = re.compile("[\uff01-\uff5e\uff66-\uff9f]")
_RUN, _LETTER = re.compile(f"[{UNSPACED}]+"), re.compile(f"([{UNSPACED}])")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_WORD = re.compile(r"[^\W_]+")
_LEFT_OVER = re.compile("[\u0300-\u036f]")


def spread(text: str) -> str:
    """A text as it goes into the index: in one normal form, scripts without spaces set apart."""
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _DRAWN_OTHERWISE.search(text):
        text = unicodedata.normalize("NFC", text.translate(_DRAWN))
    return _RUN.sub(lambda run: " " + _LETTER.sub(r"\1 \1", run[0]) + " ", text)


def is_unspaced(letter: str) -> bool:
    return _LETTER.match(letter) is not None


def folded(text: str) -> tuple[str, ...]:
    """The words of a text as the index holds them: small letters, Latin ones without accents.

    In other scripts a mark makes another letter (й is not и, が is not か), as the index has it.
    """
    kept, latin = [], True
    for sign in unicodedata.normalize("NFD", text.translate(_LIGATURES).lower()):
        if not unicodedata.combining(sign):
            latin = sign.isascii()
            kept.append(sign)
        elif not latin:
            kept.append(sign)
    whole = _LEFT_OVER.sub("", unicodedata.normalize("NFC", "".join(kept)))
    return tuple(_WORD.findall(spread(whole)))


def sought(text: str) -> tuple[tuple[str, ...], bool]:
    """(the terms to seek side by side for what a person wrote, whether the last may go on).

    At both ends a run of a script without spaces may stand inside a longer one, so the single letters that mark the
    ends of a run are left out there.
    """
    terms = folded(text)
    if len(terms) > 1 and is_unspaced(terms[0]):
        terms = terms[1:]
    if not terms or not is_unspaced(terms[-1]):
        return terms, False
    return (terms[:-1], False) if len(terms) > 1 else (terms, True)


def has_marks(text: str) -> bool:
    """Whether a text has signs above, below or beside letters that are no letters themselves, as Thai vowels: no index
    holds them."""
    return not text.isascii() and any(unicodedata.category(sign) in {"Mn", "Mc"} for sign in _bare(text))


def _bare(text: str) -> str:
    return _LEFT_OVER.sub("", unicodedata.normalize("NFC", text))
