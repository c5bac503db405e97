"""Names of tools in a post, and how surely its words tell that they are new: nothing here knows other posts.

A name is what is written like one (capitals, camel case, a domain, a package that is installed, a repository). What is
said beside it is evidence: it is launched, tried, switched to, compared with a known tool, or said to be "a tool that".
A name that everybody knows is none: `data/reference/known_names.txt`, names and words of older posts
(`words.txt.gz`), countries, languages and months.
"""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from data.settings import REFERENCE
from insights.text import STOP_WORDS, fold

MAX_CHARACTERS = 4_000
MAX_NAMES = 25  # of one post
SHOWN = 0.5  # evidence from which a name is shown as a new tool
LAUNCHED = ("launch", "show", "repo", "install")  # cues that say by themselves that a thing is new

KIND = (
    r"(?:tools?|apps?|applications?|librar(?:y|ies)|framework|plugins?|add-?ons?|extension|services?|platform|softwares?|models?|llm|bots?|chatbot|cli|clients?|"
    r"package|editor|alternative|dashboard|generator|manager|reader|tracker|planner|scheduler|inbox|relay|database|engine|whiteboard|chat|kanban|wiki|api|"
    r"filter|widget|crm|cms|calendar|form|forms|polls?|system|layer|bridge|site|website|project|app store|recorder|assistant|archiver|sandbox|host|hosting|"
    r"help desk|desk|digest|heatmap|drive|preprocessor|storage|compiler|runtime|parser|linter|terminal|keyboard|theme|renderer|proxy|gateway|server|suite|toolkit|sdk|agent|search engine|"
    r"newsletter tool|spreadsheet|mail merge|messenger|search|"
    r"outils?|applis?|logiciels?|bibliothèque|module|extension|service|plateforme|moteur|modèle|messagerie|éditeur|lecteur|assistant|planning|tableau de bord|"
    r"tableau blanc|générateur|gestionnaire|correcteur|bloqueur|carnet|agenda|forum|salon|formation|vitrine|mur|résumé|chatbot|sondages?|enregistreur|site|projet|alternative|serveur|annuaire|coffre-fort|tableur|visionneuse|minuteur)"
)
_VERSION = r"(?:\s+(?:v|version )?\d+(?:\.\d+)*\+?(?![\w%]))?"
_ASIDE = r"(?:\s*\([^()]{1,60}\))?"

_RIGHT: tuple[tuple[str, float, re.Pattern[str]], ...] = tuple(
    (cue, weight, re.compile(words, re.IGNORECASE))
    for cue, weight, words in (
        (
            "launch",
            0.7,
            _VERSION
            + _ASIDE
            + r",?\s+(?:has |have |is |was |got |just |now |finally |officially |today |also |enfin |désormais |vient (?:juste |tout juste |à peine )?d'?e? ?|être |a été |a |est |sera |s'est )*(?:launch(?:ed|es|ing)?|releas(?:ed|es)|shipped|(?:live|out)\b(?= (?:now|today|on (?:Product|the App)|in (?:beta|public))|\s*(?:[!.:]|$))|here\b(?! (?:and|to|for))|lands\b|landed\b|available|in (?:public |open |private )?beta|beta (?:invite|is out)|open[- ]sourc(?:ed|es)|publish(?:ed|es)|debut(?:s|ed)?|sort\b|sorti(?:e|r)?\b|lancée?|dispo(?:nible)?|publiée?|paraître|parue?|débarque|d'?arriver|arriv(?:e|er|ée?|é)\b|en (?:libre accès|bêta|beta|accès libre|version \d)|entre en b[êe]ta|ouvre sa b[êe]ta|ouvre ses portes|b[êe]ta ouverte|came out|hit v(?:ersion)?|passe en version|(?:lève|raised|raises) [$€£]?\d|exists now|was presented)",
        ),
        (
            "launch",
            0.55,
            _ASIDE
            + r"\s*(?::|–|—|,)\s*(?:le |la |l'|un |une |the |a )?(?:nouve(?:l|au|lle)|(?:brand )?new|just launched|tout neuf|tout nouveau|toute nouvelle)\b",
        ),
        ("defined", 0.35, r"\s+\((?=[a-zà-ÿ][^()]{3,60}\))"),
        ("launch", 0.5, r"\s*\((?:YC|Y Combinator|beta|bêta|bêta ouverte|launch)[^)]{0,30}\)"),
        (
            "defined",
            0.6,
            _VERSION
            + _ASIDE
            + r"\s*(?:[,:–—(.-]|is|are|c'est|est|, c'est|was|will be)\s*(?:, |c'est |like |basically |just |simply |now |en fait )?(?:a|an|the|my|our|their|un|une|le|la|l'|the new|a new)?\s*(?:[\w'’-]+,?\s+){0,4}?"
            + KIND
            + r"\b",
        ),
        (
            "defined",
            0.35,
            _VERSION
            + _ASIDE
            + r"\s*(?:[,:–—]|\s-\s)\s*(?:a|an|un|une|des|turn|turns|untangle|merge|count|like|formation|suivi|feature|printable|double-entry|enfin|which|that|qui|forms|changelogs|voice|scheduling|inventory)\b",
        ),
        (
            "does",
            0.4,
            _VERSION
            + _ASIDE
            + r"\s+(?:lets|allows|helps (?:us|you|to)|turns|supports|adds|now (?:has|supports|does)|exports|finds|tags|schedules|saved us|works (?:on|with|offline)|does|reviews|compares|gives you|answers|pings|claims|permet|promet|génère|surveille|prévient|remplace|relie|transcrit|range\b|assemble|centralise|résume|trouve|builds|keeps|is like|ships with|blurs|simplifie|améliore|automatise|accélère|simplifies|automates|speeds up|cleans|converts|hosts|offers|provides|manages|héberge|propose|gère|facilite|imports|generates|tracks|syncs|ne fonctionne pas)\b",
        ),
        (
            "judged",
            0.5,
            _VERSION
            + _ASIDE
            + r"\s*(?:,? anyone\b|is my pick|looks (?:promising|good|great|interesting|neat)|looks like a|caught my eye|popped up|is the best thing|beats\b|is what we use|is bien|est (?:bien )?(?:plus|bien|top|génial)|yet\?|, déjà indispensable|got a big update|is shutting its waitlist)",
        ),
        ("version", 0.5, r"\s+(?:v|version )?\d+\.\d+(?:\.\d+)?\b|\s+v\d+\b|\s+\d+ (?:beta|alpha|rc)\b"),
        (
            "versus",
            0.5,
            r"\s+(?:is like|vs\.?|versus|face à|or|ou|>|instead of|au lieu de|rather than|plutôt que|with|avec|than)\s+(?=(?P<other>[A-Z][\w.+#-]*(?: [A-Z][\w.+#-]*)?))",
        ),
    )
)
_LEFT: tuple[tuple[str, float, re.Pattern[str]], ...] = tuple(
    (
        cue,
        weight,
        re.compile(words + r"\s*(?:the |le |la |les |l'|our |notre |my |mon |a |an |un |une )?$", re.IGNORECASE),
    )
    for cue, weight, words in (
        ("show", 0.85, r"(?:show|launch) hn\s*[:–—-]"),
        (
            "launch",
            0.7,
            r"(?:^|[\s:.!])(?:introducing|announcing|launching|presenting|unveiling|say hello to|présentons|présentation d[eu]|découvrez|voici|lancement d[eu]|sortie d[eu]|lancement d'|sortie d'|(?:release|launch|beta|first version) of)",
        ),
        ("launch", 0.7, r"(?:^|[:.!]\s*)meet"),
        (
            "launch",
            0.65,
            r"\b(?:(?:i|we|j'ai|on a|nous avons|nous venons de|je viens de|a (?:friend|member|colleague)|un membre a|un ami a|team|studio[\w ]*|start-?up[\w ]*)\s+(?:have |'ve |just |also |finally |today |enfin )*(?:built|made|launched|released|shipped|created|wrote|coded|published|codé|créé|fait|développé|lancé|publié|publier|lancer|sorti|sortir)|launches|launched|released|shipped|open-sourced|announced|announces|unveiled|lance|annonce|publie|a lancé|a publié|a sorti|dévoile)",
        ),
        (
            "launch",
            0.6,
            r"\b(?:weekend project|side project|petit nouveau[^:.]{0,40}|petite nouvelle[^:.]{0,40}|nouveauté|nouveau venu[^:.]{0,40}|new kid on the block|winner[^:.]{0,30}|pick of the (?:day|week|month)|découverte d[eu][^:.]{0,20}|outil d[eu] (?:jour|mois)|nouveau|nouvelle appli|new on (?:my|our|the) radar|new|new today|newcomer)\s*:",
        ),
        (
            "found",
            0.6,
            r"\b(?:found|discovered|stumbled (?:up)?on|stumbled across|came across|découvre|découvert|tombée?s? sur|check out|have a look at|take a look at|trouvé|connaissez[- ]vous|vous connaissez|tu connais|(?:déjà )?entendu parler d[e'u]+|heard of|talked about|talking about|(?:showed|told|introduced|pointed) (?:me|us)(?: to| about)?|recommend(?:s|ed)?|m'a (?:montré|parlé d[eu]|conseillé|fait découvrir)|conseille|recommande|(?:feedback|thoughts|opinions?|views?|reviews?|experience) (?:on|of|about|with)|(?:retours?(?: d'expérience)?|avis|test) (?:sur|d[eu]|d')|coup de cœur pour|coup de coeur pour|what do (?:you|people) think of|pensez-vous d[e'u]+)",
        ),
        ("named", 0.65, KIND + r"(?:\s+[\w-]+){0,3}\s+(?:called|named|appelée?|nommée?|baptisée?|du nom d[e'])"),
        (
            "named",
            0.5,
            r"\b(?:new|nouvel|nouvelle|neat|little|free|libre|open[- ]source|small|petite?|self-hosted|nostr|autre|another)\s+(?:[\w-]+\s+){0,2}?"
            + KIND
            + r"\s*:?",
        ),
        ("named", 0.5, r"\b" + KIND + r",?"),
        ("used", 0.35, r"\b(?:via|through|powered by|built (?:with|on)|using)"),
        ("named", 0.5, r"(?:qui tient la route|which works|worth a look|recommandation|recommendation|trouvaille)\s*:"),
        (
            "tried",
            0.55,
            r"\b(?:tried|trying|tests|tested|testing|anyone (?:here )?(?:using|used|tried)|anybody (?:here )?(?:using|used|tried)|(?:has|have) (?:anyone|anybody|someone) (?:here )?(?:tried|used|compared|tested)|quelqu'un (?:a|utilise) ?(?:déjà )?(?:essayé|testé|utilisé)?|essayé|essaie|essaye|testé|je teste|on teste|installed|installé|started using|been (?:running|using|testing)|signed up (?:to|for)|tried out|try|essayez|testez|adoptez|utilisez|(?:been )?play(?:ed|ing) (?:around )?with|tinkering with|posted about|wrote about|(?:you|we|they|i) (?:want|need)|deployed|déployé|self-host(?:ed|ing)|auto-héberg(?:é|e))",
        ),
        (
            "used",
            0.45,
            r"\b(?:(?:we|i|on|j'|nous|club|team|board) ?(?:now |all |both |already |déjà )*(?:use|utilise|utilisons)|ran (?:[\w']+ ){1,4}on|(?:now )?lives? in|swears? by|ne jur(?:e|ent) que par|relies on|thanks to|grâce à|avec)",
        ),
        (
            "switched",
            0.6,
            r"\b(?:(?:switch|mov|migrat)(?:ed|ing|e)?\b[^.!?]{0,50}?\b(?:over to|to|vers)|(?:passée?s?|passer|passe|migré|migre)\b[^.!?]{0,40}? (?:à|vers|sur)|replaced\b[^.!?]{1,50}? (?:with|by)|remplacé\b[^.!?]{1,50}? par|goodbye [\w.]+, hello|settled on|went with|opted for|ended up with|landed on|chose|chosen|adopts|adopted|adopté|choisi|opté pour|à base de)",
        ),
        (
            "versus",
            0.5,
            r"\b(?P<other>[A-Z][\w.+#-]*(?: [A-Z][\w.+#-]*)?),? (?:vs\.?|versus|face à|or|ou|to|by|with|>|but not)",
        ),
    )
)
_OF_COMPANY = re.compile(
    r"\b(?:start-?up|company|studio|firm|agency|entreprise|société|éditeur|agence|team (?:behind|at)|équipe de)(?:\s+[a-zà-ÿ-]+){0,2}\s*$",
    re.IGNORECASE,
)
_PERSON_LEFT = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|professor|sir|lady|monsieur|madame|mme|mlle|m|maître|saint|st|ste|président|president|king|queen|pope|pape|author|auteur|with our (?:chair|president)|friend|collègue|boss|dear|cher|chère|hi|hey|hello|salut|bonjour|bonsoir|merci|thanks|thank you|bravo|congrats|congratulations to|félicitations|bienvenue|welcome|moi c'est|je m'appelle|my name is|ask|by)\.?,?\s*)$",
    re.IGNORECASE,
)
_PERSON_RIGHT = re.compile(
    r"^(?:'s\s+(?:class|lecture|mother|father|memoir|place|book|wife|husband)|,? (?:said|says|wrote|writes|joined|joins|resigned|spoke|told|asked|won|gave an|will be at|will run|chairs|dit|écrit|explique|a dit|a gagné|présidera|part à|est venue?|était là|tu peux|could you|can you|, moi)\b|,? \d+ ans\b)",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"^\s+(?:has |have |just |a |vient de )*(?:launch(?:es|ed)?|lance|lancé|lancer|releas(?:es|ed)|annonce|announce[sd]?|publish(?:es|ed)|publie|publié|ship(?:s|ped)|dévoile|unveil(?:s|ed)|organis\w+|open(?:s|ed)|ouvre)\s+(?:a|an|the|un|une|le|la|les|l'|des|its|his|her|their|son|sa|ses|leurs?|new|\d+)\b(?P<rest>(?:\s+[\w'-]+){0,5})",
    re.IGNORECASE,
)
_A_KIND = re.compile(rf"\b{KIND}\b", re.IGNORECASE)
_ROLE = re.compile(
    r"^,? (?:our|notre|my|ma|mon|the|la|le) (?:new |nouvelle? |nouveau |first |old )?(?:treasurer|chair\w*|president|colleague|intern|manager|volunteer|coach|member|trésori\w+|présidente?|collègue|stagiaire|bénévole|directeur|directrice|responsable|cousine?|sister|brother|wife|husband|friend|speaker|guest|head of|invitée?)\b",
    re.IGNORECASE,
)
_PLACE_LEFT = re.compile(
    r"\b(?:in|near|around|visit|visited|from|trip to|train to|flight to|à|près de|vers|depuis|habite|mairie de|ville de|maire de|rue|place)\s+$",
    re.IGNORECASE,
)

_OF_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'-]+ (?:of|for|de|du|des|de la|de l'|d'|and|et|&)\s*$")
_AFTERWARDS = re.compile(
    r"[.!?]\s*(?:b[êe]ta|dispo\w*|sortie?|lancée?|available|out (?:now|today)|free|gratuit|open[- ]source|launch hn|on the app store|hébergée?)\b",
    re.IGNORECASE,
)
_CAPITAL = r"(?:[A-ZÀ-ÖØ-Þ][\w’'-]*[\w+#]|[A-Z](?![\w.]))"
_DOTTED = (
    r"\b[A-Za-z][\w-]*\.(?:js|io|ai|dev|app|net|rs|py|so|sh|ly|xyz|tech|tools|social|chat|cloud|team|club|to|gg)\b(?!/)"
)
_CAMEL = r"\b[a-z]{1,3}[A-Z]\w+\b"
NAME = re.compile(
    rf"{_DOTTED}|{_CAMEL}|(?<![\w@#/.-]){_CAPITAL}(?: (?:{_CAPITAL}|(?<=\w )(?:4[2-9]|[5-9]\d|\d{{3}})\b))*"
)
_INSTALL = re.compile(
    r"\b(?:pip3?|pipx|uv|npm|pnpm|yarn|cargo|brew|gem|apt(?:-get)?|go|conda|docker|composer|flatpak)\s+(?:install|add|pull|get|require|i)\s+(?:-\w+\s+|--\S+\s+)*(?P<name>[A-Za-z@][\w./@-]{1,60})"
)
_LOWER = re.compile(
    rf"(?<![\w@#/.-])(?P<name>[a-z][a-z0-9]{{2,}}(?:[-_][a-z0-9]+)+)(?=\s+(?:is|—|–|:)\s+(?:a|an|the|my|our)\s+(?:[\w-]+\s+){{0,4}}?{KIND}\b)"
)
_SHOW = re.compile(r"\b(?:Show|Launch) HN\s*[:–—-]\s*(?P<name>[a-z][\w.-]{1,40})(?=\s*[:,–—(-])")
REPO = re.compile(
    r"(?:https?://)?(?:www\.)?(?:github\.com|gitlab\.com|codeberg\.org)/[\w.-]{1,60}/(?P<name>[\w.-]{2,80})"
)
_HUNT = re.compile(r"(?:https?://)?(?:www\.)?producthunt\.com/(?:posts|products)/(?P<name>[\w-]{2,80})")
HOST = re.compile(
    r"\b(?:https?://)?(?:www\.|app\.|get)?(?P<name>[a-z0-9-]{3,40})\.(?:com|io|app|so|ai|dev|net|org|fr|co|rs|to|gg|xyz|tools|chat)\b(?!\.)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:[^.!?\n…]|\.(?=\w)|[.!?](?=[^\s.!?…]))+[.!?…]*")
_STORE = re.compile(
    r"\b(?:product hunt|app store|play store|f-droid|chrome web store|github|gitlab|codeberg|open[- ]source|libre|mit licen[cs]e|self-hosted|waitlist|landing page|liste d'attente)\b",
    re.IGNORECASE,
)

_ENDING = re.compile(r"(?:ée?s?|er|ez|ment|tion|ing)$")
_ELIDED = re.compile(r"^(?:[JLDCNSMTjldcnsmt]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu|[Qq]uelqu|[Aa]ujourd)'")
_CONTRACTED = re.compile(r"'(?:ve|re|ll|m|d|t)$")
_INVERTED = re.compile(r"-(?:nous|vous|moi|toi|tu|ils?|elles?|on|je|les?|la|ce|t)$", re.IGNORECASE)
_OPENERS = frozenset(
    fold(word)
    for line in (REFERENCE / "openers.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
) | frozenset(fold(word) for word in STOP_WORDS)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name in a post. `evidence` from 0 to 1 that it is a tool which is new to those who read, by what `cue`."""

    name: str
    key: str
    cue: str
    evidence: float
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class KnownNames:
    tools: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]


@lru_cache(maxsize=1)
def known_names() -> KnownNames:
    from babel import Locale

    tools: set[str] = set()
    known: set[str] = set()
    for line in (REFERENCE / "known_names.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        keys = {key_of(name) for name in line.removeprefix("~").split(",") if name.strip()}
        if line.startswith("~"):
            known |= keys
        else:
            tools |= keys
    text = gzip.decompress((REFERENCE / "words.txt.gz").read_bytes()).decode("utf-8")
    words, _, names = text.partition("\n\n")
    known |= {key_of(name) for name in names.split()}
    for lang in ("en", "fr"):
        locale = Locale(lang)
        for table in (locale.territories, locale.languages, locale.currencies):
            known |= {key_of(name) for name in table.values()}
        for width in locale.months["format"].values(), locale.days["format"].values():
            known |= {key_of(name) for group in width for name in group.values()}
    return KnownNames(frozenset(tools) - {""}, frozenset(known) - {""}, frozenset(words.split()))


@lru_cache(maxsize=50_000)
def key_of(name: str) -> str:
    """A name without what its spellings differ in: case, accents, spaces, dots, hyphens; "Next.js" is "NextJS"."""
    bare = fold(name.strip()).replace("c++", "cplusplus").replace("c#", "csharp").replace("f#", "fsharp")
    return re.sub(r"[\W_]+", "", bare)


def is_known(name: str, others: Collection[str] = frozenset()) -> bool:
    """Whether everybody knows this name, or it is among `others` (keys): brands, tools that were there before."""
    key = key_of(name)
    if len(key) < 2 or key in others:
        return True
    known = known_names()
    if key in known.tools or key in known.names:
        return True
    parts = [key_of(part) for part in name.split()]
    if len(parts) < 2:
        return False
    listed = [p in known.tools or p in known.names or p in others for p in parts]
    # "Google Something" may be new; "Emmanuel Dupont" is a person, "Part-Dieu Lyon" a place.
    return (
        all(listed)
        or (listed[0] and parts[0] not in known.tools)
        or (parts[0] in known.tools and parts[1] in known.words)
    )


def _is_word(name: str) -> bool:
    folded = fold(name)
    return folded in known_names().words or folded in STOP_WORDS


def _trim(name: str) -> tuple[str, int]:
    """A name without the ordinary words that begin a sentence, and how many characters were cut."""
    cut = 0
    elided = _ELIDED.match(name)
    if elided is not None:
        cut = elided.end()
        name = name[cut:]
        if not name[:1].isupper():
            return "", cut
    if _INVERTED.search(name):
        return "", cut
    while " " in name:
        first, rest = name.split(" ", 1)
        if fold(first) not in _OPENERS and not _INVERTED.search(first):
            break
        cut += len(first) + 1
        name = rest
    if " " not in name and (fold(name) in _OPENERS):
        return "", cut
    return name, cut


def _looks_made(name: str) -> bool:
    """Whether a name is written as ordinary words never are."""
    return bool(re.search(r"[a-z][A-Z]|\w\.\w|^[a-z]+[A-Z]", name)) and not name.isupper()


def joined(values: Iterable[float]) -> float:
    """The chance that one of several signs is right, were they independent (noisy or)."""
    doubt = 1.0
    for value in values:
        doubt *= 1 - value
    return 1 - doubt


def sightings(text: str, others: Collection[str] = frozenset()) -> list[Sighting]:
    """Names in a post that are not known, each once with all its evidence, in order. Names without any evidence have 0:
    they tell that a name was there."""
    part = text[:MAX_CHARACTERS].replace("’", "'")
    found: dict[str, Sighting] = {}
    cues: dict[str, list[tuple[str, float]]] = {}

    def note(name: str, start: int, cue: str, weight: float) -> None:
        key = key_of(name)
        if key not in found:
            if len(found) >= MAX_NAMES:
                return
            found[key] = Sighting(name, key, cue, 0.0, start, start + len(name))
        cues.setdefault(key, []).append((cue, weight))

    for pattern, cue, weight in (
        (_INSTALL, "install", 0.75),
        (REPO, "repo", 0.65),
        (_HUNT, "repo", 0.7),
        (_SHOW, "show", 0.85),
        (_LOWER, "defined", 0.6),
    ):
        for match in pattern.finditer(part):
            name = match["name"].rstrip(".,/").removesuffix(".git").split("/")[-1]
            if not is_known(name, others) and len(key_of(name)) > 2:
                note(name, match.start("name"), cue, weight)
    hosts = {key_of(match["name"]) for match in HOST.finditer(part)}
    part = re.sub(r"#(?=[A-ZÀ-Þ])", " ", part)  # a tag that is written as a name is one
    for match in _SENTENCE.finditer(part):
        later = part[match.end() : match.end() + 40]
        _in_sentence(match[0], match.start(), later, hosts, others, note)
    for key in [key for key in found if key_of(key) and found[key].name.count(".") == 1]:
        bare = key_of(found[key].name.split(".")[0])
        if bare in found and bare != key:  # "Portico (portico.so)": one thing
            del found[key]
    result = []
    for key, sighting in found.items():
        mine = dict(sorted(cues[key], key=lambda c: c[1]))  # each cue once, at its strongest
        best = max(mine, key=lambda cue: mine[cue])
        value = round(joined(mine.values()), 3)
        result.append(Sighting(sighting.name, key, best if value else "", value, sighting.start, sighting.stop))
    return sorted(result, key=lambda s: s.start)


def _in_sentence(
    sentence: str,
    offset: int,
    later: str,
    hosts: set[str],
    others: Collection[str],
    note: Callable[..., None],
) -> None:
    letters = [c for c in sentence if c.isalpha()]
    if sum(c.isupper() for c in letters) > 0.5 * len(letters):
        return  # shouting: capitals tell nothing
    for match in NAME.finditer(sentence):
        whole = match[0].rstrip("'-")
        name, cut = _trim(whole)
        name = name.removesuffix("'s")
        if _CONTRACTED.search(name):
            continue
        start = match.start() + cut
        stop = start + len(name)
        if len(name) < 2 or is_known(name, others) or name.isdigit():
            continue
        first_word = not sentence[:start].strip("\"'«“( *-–—>")
        # One ordinary word: at the start of a sentence it has its capital from there.
        ordinary = (
            " " not in name
            and not _looks_made(name)
            and (_is_word(name) or (first_word and bool(_ENDING.search(name))))
        )
        before, after = sentence[max(0, start - 90) : start], sentence[stop : stop + 120]
        told = _evidence(name, before, after, others)
        if "." not in name and key_of(name) in hosts:
            told.append(("link", 0.55))
        if first_word and (_AFTERWARDS.match(sentence[-1:] + later)):
            told.append(("afterwards", 0.3))
        coined = not ordinary and " " not in name and not name.isupper()
        if coined and max((weight for _, weight in told), default=0.0) >= 0.3:
            told.append(("coined", 0.2))
        if told and _STORE.search(sentence):
            told.append(("store", 0.2))
        if _looks_made(name):
            told += [("shape", 0.25)] if told else []
        elif name.isupper() and len(name) < 6:
            told = [(cue, 0.4 * weight) for cue, weight in told]  # initials are mostly no tools
        if ordinary and first_word:
            told = [
                item
                for item in told
                if item[0] in {"launch", "show", "version", "link", "defined", "repo", "does", "afterwards"}
            ]
            if not any(cue not in {"defined", "does"} for cue, _ in told):
                told = [(cue, 0.75 * weight) for cue, weight in told]
        acts = _ACTS.match(after)
        if (
            acts is not None and not _A_KIND.search(acts["rest"]) and not re.search(r"\bb[êe]ta\b", acts["rest"])
        ):  # "Emmaüs launches a collection": who, not what
            told = [(cue, 0.35 * weight) for cue, weight in told]
        if ordinary and not any(cue in {"launch", "show", "repo"} for cue, _ in told):
            # "Chapter 3.2", "a nice app Easy to use"
            told = [(cue, {"version": 0.6, "named": 0.8}.get(cue, 1) * weight) for cue, weight in told]
        if (
            (_OF_NAME.search(before) and not any(cue == "launch" for cue, _ in told))
            or _PERSON_RIGHT.search(after)
            or _ROLE.search(after)
            or (_PERSON_LEFT.search(before) and not any(c == "switched" for c, _ in told))
        ):
            told = []
        if _PLACE_LEFT.search(before) and not any(cue in {"used", "switched"} for cue, _ in told):
            told = [(cue, 0.15 * weight) for cue, weight in told]
        if not told:
            note(name, offset + start, "", 0.0)
        for cue, weight in told:
            note(name, offset + start, cue, weight)


def _evidence(name: str, before: str, after: str, others: Collection[str]) -> list[tuple[str, float]]:
    told: list[tuple[str, float]] = []
    known = known_names().tools
    company = bool(_OF_COMPANY.search(before)) or bool(
        re.match(
            r"\s+(?:launch(?:es|ed)|lance|annonce|announced|a lancé|released|ships|shipped|publie|dévoile)\s+(?:the |le |la |l')?[A-ZÀ-Þ]",
            after,
        )
    )
    for cue, weight, pattern in _RIGHT:
        match = pattern.match(after)
        if match is None:
            continue
        if cue == "versus" and not _tool_like(match["other"], known, others):
            continue
        told.append((cue, weight * (0.2 if company else 1)))
    for cue, weight, pattern in _LEFT:
        match = pattern.search(before)
        if match is None:
            continue
        if cue == "versus" and not _tool_like(match["other"], known, others):
            continue
        told.append((cue, weight))
    return told


def _tool_like(name: str | None, known: Collection[str], others: Collection[str]) -> bool:
    if not name:
        return False
    first = key_of(name.split()[0])
    return key_of(name) in known or first in known or key_of(name) in others or first in others
