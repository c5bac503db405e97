"""Whether a post speaks to us, not only of us: who asks, whom, and for what.

That somebody should answer is told by `questions`; here it is told whether that somebody is us. Refused are threads
addressed to everyone, rhetorical questions, headlines, what is announced, and talk about a brand among others. In
doubt a post is left out: a list of what waits for an answer is read every day, and what does not wait costs its trust.
"""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from data.inbox.moderation import CERTAIN
from insights.reading.questions import sentences_that_ask, spoken

QUESTION, COMPLAINT = "question", "complaint"
NEAR = 300  # characters of a post that is about its subject as a whole
LIKELY = 0.6  # where words of asking for help are missing
LONG = 2_500  # beyond it an article is a text, not a request
_NAME = "ꙮ"  # a letter of no language read here: it stands for a name of ours

_EVERYONE = re.compile(
    r"^\W*(?:\[[^\]]{1,20}\]\W*)?(?!(?:who|what|which|how|why|when|where|do|does|did|is|are|can|could|will|would|has|have|qui|que|quel\w*|comment|pourquoi|quand|où|est-ce)\b)(?:[\w'-]+\s){1,4}(?:of|on|from|de|sur) ꙮ[ ,:;]"
    r"|^\W*(?:\[[^\]]{1,20}\]\W*)?(?:ask ꙮ|(?:ꙮ )?(?:users|owners|fans|people|folks|guys|everyone|everybody|friends|players|members|customers|utilisateurs|utilisatrices|clients|abonnés|membres|amis|les gens)\b[^.?!\n]{0,60}[,:?])"
    r"|^\W*\w*(?:ors|ers|ists|ians) (?:of|who|that|with|in)\b"
    r"|\byour (?:[\w'-]+ ){0,3}(?:favou?rite|best|worst|most|first|biggest|go-to|thoughts?|opinions?|experiences?|stor(?:y|ies)|take|setup|life|childhood|hobb\w+|friends|parents|kids|secret|(?!latest|request|test|guest|interest|contest)\w{3,}est)\b"
    r"|\bthe (?:[\w-]+ )?(?:most|best|worst|least|(?!latest|request|test|guest|interest|contest|rest)\w{3,}est)\b[^?\n]{0,80}\byou(?:'ve|'d|r)?\b"
    r"|\bwhat (?:do|does|did|are|would) (?:you|y'?all|people|we|everyone|everybody|folks)\b(?: all| guys| folks)? (?:think|feel|prefer|do when|recommend|like|love|hate|say|do)\b"
    r"|\b(?:any|your|what) thoughts\b|\bwho (?:else|here|among)\b|\bwho(?:'s| is| are| will be|'ll be) (?:coming|going|joining|up for|here|free|around|attending)\b|\banyone else\b|\banybody else\b|\bam i the only\b|\bis it (?:just|only) me\b|\bwould you (?:rather|follow|buy|pay|ever|say|want|be)\b|\bhow many of you\b|\bhave you (?:ever|guys)\b|\b(?:do|did|are|have) (?:you guys|you all|y'?all|you people|any of you|some of you|most of you)\b"
    r"|\bagree or disagree\b|\bchange my mind\b|\bunpopular opinion\b|^\W*(?:discuss|discussion|poll|debate|survey)\b|\bshould(?:n't)? (?:ꙮ|we|people|everyone|it|they)\b|\bwhat would you\b|\bif you (?:could|were|had)\b|\byou(?:'re| are) (?:the )?(?:[\w-]+ )?(?:ꙮ|ceo)\b|\bwhich (?:one )?(?:is|are|do you|of (?:these|them)) (?:better|best|prefer)\b|\bwhich is better\b|\bor ꙮ\b[^?\n]{0,30}\?|\bꙮ or\b[^?\n]{0,40}\?|\bwe all\b|\bwho (?:is|are) the\b|\bhow do you (?:guys |all |people )?(?:make|feel|deal|cope|handle|like|spend|stay|find|manage|organi[sz]e|usually)\b"
    r"|\bque pensez[- ]vous\b|\b(?:vous en|t'en|tu en) penses? quoi\b|\bvous en pensez\b|\b(?:vos|votre|ton|tes) (?:avis|opinions?|ressentis?|expériences?|anecdotes?|histoires?|pires?|meilleure?s?|coups? de cœur|astuces?|retours?)\b|\bquel(?:le)?s? (?:est|sont|serait) (?:votre|vos|ton|ta|tes)\b|\bqui (?:ici|d'autre|parmi|a déjà|veut|aime|préfère|vient|viendra|participe|sera (?:là|présente?)|est (?:partante?|dispo|là))\b|\bsuis-je (?:le|la) seule?\b|\bje suis (?:le|la) seule?\b|\bvous (?:feriez|préférez|êtes plutôt|aimez|choisissez|faites quoi|utilisez quoi)\b|\bet vous\s*\?|\bcombien d'entre vous\b|^\W*(?:sondage|débat|question du jour|la question)\b|\bfaut-il\b|\bdevrai(?:t|ent)(?:-(?:il|elle|on)s?)?\b|\bpour ou contre\b|\bêtes-vous (?:pour|plutôt|contre)\b|\bchers? (?:amis|tous|membres)\b",
    re.IGNORECASE,
)
_RHETORICAL = re.compile(
    r"\bwho (?:cares|needs|asked|knew|would have thought|could have)\b|\bwhy (?:bother|would (?:any(?:one|body)|you|i|they)|should (?:i|we|any(?:one|body)))\b|\bwhat(?:'s| is) (?:the point|wrong with (?:you|people|these|this world|them))\b|\bhow (?:hard|difficult|stupid|dumb|naive|blind) (?:can|is|could|are|do)\b|\bhow (?:dare|can (?:you|they|people) (?:be|call|even|still|think))\b|\bare (?:you|they) (?:kidding|serious|joking|insane|mad|blind|for real|out of)\b|^\W*(?:seriously|really|sérieux|sérieusement|vraiment)\W*\?|\bsince when\b|\bisn't (?:it|that|this) (?:a |an |the )?(?:\w+)\b|\bwouldn't (?:it|that|the|you|they|this)\b|[,;] (?:right|eh|huh|no|yes|isn't it|aren't they|aren't you|don't you|doesn't it|do they|is it|non|hein|n'est-ce pas|pas vrai)\s*\?|\b(?:do|does) (?:they|these|those|people|anyone|the)(?: \w+){0,4} (?:even|really|honestly|actually|think|believe)\b|\bwho would (?:want|have|ever|even)\b|\bremember when\b|\bnotice how\b|\bguess what\b|\byou know what\b|^\W*so (?:you|they|we|he|she|the|basically|now) (?:\w+ ){0,4}\w+|\bso how long before\b|\bwhat's stopping\b|\bwhy (?:are|is|do|does|did|did) (?:people|everyone|they|everybody|nobody|all (?:these|your))\b|\bwhat (?:did|do) (?:you|they|we) expect\b|\bwhat else is new\b|\bneed i say\b|\bcan we (?:just|all|please)\b|\bhow (?:is|are|does) (?:this|that|it|they|anyone) (?:even|still|not|legal|possible|ok|okay|allowed|acceptable)\b|\bdoes anyone (?:even|really|actually|still|honestly)\b|\bdid (?:anyone|anybody) (?:actually|really|even)\b"
    r"|\bà quoi (?:bon|ça sert)\b|\bqui s'en (?:soucie|fiche|fout)\b|\bet alors\s*\?|\bvous (?:vous )?(?:moquez|foutez|rigolez|plaisantez)\b|\bde qui se (?:moque|fout)\b|\bc'est une blague\b|\bcomment peut-on (?:être|oser|encore|accepter|croire)\b|\bqui aurait (?:cru|pensé|imaginé)\b|\bqui (?:peut|pourrait) (?:encore|croire)\b|\bn'est-ce pas\b|\bdepuis quand (?:on|c'est|faut)\b|\bpourquoi (?:les gens|tout le monde|s'embêter|se priver|se compliquer|s'étonner|je (?:paie|paye|continue))\b|\boù va-t-on\b|\bça (?:étonne|surprend) (?:qui|quelqu'un)\b|\bça vous (?:étonne|surprend)\b|\bqui s'étonne\b|\bfaut-il (?:rappeler|vraiment)\b|\bvous trouvez ça normal\b|\bc'est (?:ça|donc ça)\b[^?\n]{0,40}\?",
    re.IGNORECASE,
)
# What the maker of a thing says to all, and what is sold to them.
_ANNOUNCED = re.compile(
    r"\b(?:we|i)(?:'re| are| am|'m) (?:so |very |super |really )?(?:excited|thrilled|proud|pleased|delighted|happy|glad) to (?:announce|share|introduce|launch|reveal|see|invite|welcome)|\bwe(?:'re| are) (?:hiring|hosting|launching|rolling out|releasing|looking for (?:a|an|new|talented))\b|\bwe(?:'ve| have)? (?:just )?(?:launched|released|shipped|rolled out|published|unveiled)\b|\bintroducing\b|^\W*announcing\b|\bjoin (?:us|our)\b|\bsign up (?:now|today|here|for (?:our|free))\b|\bregister (?:now|today|here)\b|\bbook (?:a|your) (?:demo|spot|seat)\b|\bour (?:new|latest|upcoming|next) (?:[\w-]+ ){0,2}(?:release|version|feature|webinar|episode|newsletter|blog|article|guide|podcast|live|meetup|event|course|product|video)\b|^\W*(?:do you )?(?:want|looking|ready) to (?:work|try|learn|join|see|win|get|boost|save|grow|know)\b[^?\n]{0,80}\?|\bdid you know\b|^\W*tired of\b|\blearn (?:how|more|why) (?:to|about|in|at|here)\b|\bread (?:more|on|the (?:full|rest))\b|\blink in (?:bio|comments)\b|\bwhat (?:other )?(?:ideas|features?|topics?) (?:do you have|would you like|should we)\b|\btell us (?:what|your|how|about|in the comments)\b|\blet us know (?:what|your|in the comments)\b|\bwe(?:'ll| will) (?:build|be|pick|announce|host|send|share)\b"
    r"|\bnous (?:sommes (?:très |si )?(?:ravie?s|heureux|heureuses|fiers|fières)|lançons|annonçons|organisons|recrutons|vous (?:présentons|invitons|proposons|attendons)|avons (?:lancé|publié|sorti|le plaisir))\b|\bon recrute\b|\b(?:inscrivez|rejoignez|abonnez|retrouvez|retrouve)-(?:vous|nous|moi)\b|\bdécouvrez\b|\b(?:le )?saviez-vous\b|\bvenez\b|^\W*(?:envie|marre|besoin) de? [^?\n]{0,80}\?|\bnotre (?:nouveau|nouvelle|nouvel|dernier|dernière|prochain|prochaine)\b|\b(?:plus d'infos?|lien) (?:ici|en bio|dans)\b|\bdites[- ]nous (?:tout|en commentaire|ce que vous)\b|\bpartagez (?:vos|votre)\b",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"\bhow (?:do|can|could|would|should|did|might) (?:i|we|one|it|this|the|my|our|a|an|two|ꙮ)\b|\bhow to\b|\bhow come (?:i|my|the|it)\b|\b(?:is|are|was|would) there (?:be )?(?:a|an|any|some|no) (?:[\w-]+ ){0,2}(?:way|option|setting|plans?|limit|api|fix|workaround|support|guide|docs?|documentation|possibility|alternative|chance|eta|update|news|version|feature|function|method|tutorial|link|tool)\b|\b(?:can|could|may|shall) (?:i|we|one|you|it|this|someone|anyone|somebody|two|users|members|people)\b|\b(?:is|would|will|was) (?:it|this|that) (?:be )?(?:still |even |already )?(?:possible|supported|available|work|planned|normal|intended|fixed|included|compatible)\b|\bwhy (?:can't|cannot|does|is|am|do|are|did|has|have|was|were|won't|don't|can) (?:i|my|it|this|the|we|our|not|there|all|your|ꙮ)\b|\bwhere (?:can|do|is|are|did|would|should) (?:i|we|my|the|our|that)\b|\bwhat(?:'s| is| does| are| do) (?:the|i|this|it|that|an?|we|my) (?!point|fuck|hell|world)\b|\b(?:any(?:one|body)|some(?:one|body)) (?:please |kindly |here |can |could |who )?(?:know|knows|have|has|had|able|help|seen|explain|tell|point|suggest)\b|\bneed (?:some |your |a bit of )?(?:help|advice|assistance)\b|\bhelp (?:me|us|please|needed|with|understand)\b|^\W*(?:\[[^\]]{1,20}\]\W*)?help\b|\bplease (?:help|advise|explain|tell|fix|add|let (?:me|us) know|clarify)\b|\b(?:i|we)(?:'m| am| are|'re| was)? (?:still )?(?:can't|cannot|can not|couldn't|unable|not able|stuck|trying to|having (?:trouble|issues?|problems?|a problem|difficult\w+)|getting (?:an? |this |the )?[\w ]{0,30}(?:error|exception)|looking for a way|wondering|struggling|confused|not sure)\b|\b(?:i|we) (?:keep )?(?:get|got|getting|receive|received|see) (?:an? |this |the |following )?(?:[\w-]+ ){0,3}(?:error|crash|exception|40\d|50\d)\b|\b(?:any (?:ideas?|help|suggestions?|pointers?|advice|clue|word|news|update|eta|plans?|work on|way|chance))\b|\bi (?:don't|do not|can't seem to|didn't) (?:know|understand|see|find|get) (?:how|why|what|where|if|whether|which|any)\b|\b(?:was|were|am|are|i'm) wondering\b|\bwhen (?:will|is|are|can|do) (?:we|i|it|this|the|ꙮ)\b|\bhow (?:long|much|many|often)\b|\bdoes (?:it|this|that|the|anyone know|anybody know)\b|\bwill (?:it|this|the|there|my|our|we|users|votes|responses|posts)\b|\bcan users\b|\bare (?:the|my|our|users|votes|we)\b|\bdo(?:es)? (?:i|we|my|our) (?:need|have)\b|\bis (?:my|our|the)\b|\b(?:feature )?request\b"
    r"|\bcomment (?:faire|puis-je|peut-on|on fait|fait-on|je|fonctionne|ça (?:marche|se)|un|une|\w+er\b|\w+ir\b)|\b(?:puis-je|peut-on|peuvent-(?:ils|elles)|pouvez-vous|pourriez-vous|peux-tu|pourrais-tu|savez-vous|sauriez-vous|on peut|serait-il possible|est-il (?:possible|prévu)|est-ce possible|c'est possible|y a-t-il|y aura-t-il|y a t-il|existe-t-il|avez-vous (?:prévu|un|une|des)|est-ce (?:que|qu'))|\boù (?:trouver|est|sont|se trouve|puis-je|peut-on|je)\b|\bpourquoi (?:je|j'|mon|ma|mes|ça|l'|le|la|les|ne|est-ce|n'|cette|ce|ꙮ)|\bquelqu'un (?:sait|a (?:une|la|un|déjà)|peut|pourrait|connaît|connait|saurait|pour m'aider)\b|\bje n'arrive (?:pas|plus)\b|\bon n'arrive (?:pas|plus)\b|\bimpossible d(?:e\b|')|\bbesoin d'(?:aide|un conseil)\b|\baidez[- ]moi\b|\bà l'aide\b|\bje (?:voudrais|souhaite|souhaiterais|cherche (?:à|comment|un moyen))\b|\bj'aimerais (?:savoir|pouvoir|comprendre)\b|\bne (?:marche|fonctionne|s'affiche|charge|répond) (?:pas|plus)\b|\bmessage d'erreur\b|\bquand (?:est-ce|sera|pourra|aura|arrive|comptez|prévoyez|ꙮ)\b|\bcombien (?:coûte|de|ça)\b|\bquel(?:le)?s? (?:est|sont|sera) (?:le|la|les|l')\b|\bmerci de (?:me|nous) (?:dire|répondre|renseigner|expliquer|confirmer)\b|\b(?:peut|peuvent|pourra|marche|fonctionne|garde|propose|permet|gère|prend)-t?-?(?:il|elle|on|ils|elles)\b|\bje ne (?:sais|comprends|trouve|vois) (?:pas|plus|rien)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(  # the brand itself is asked about, or asked to do something
    r"\b(?:does|do|did|is|are|can|could|will|would|has|have|when (?:is|will|does|are)|why (?:does|is|did|can't|won't|has|doesn't|isn't)|how (?:does|is|can|will))(?: the| an?| any\w*)?(?: [\w'-]+){0,3} ꙮ\b(?! (?:users?|fans?|people|worth|good|better|bad|evil|dead|safe|overrated|legit|down bad)\b)"
    r"|\bꙮ (?:peut|permet|gère|propose|garde|va|prend|prévoit|compte|fonctionne|marche|accepte|est|sera)(?:-t)?-(?:il|elle|ils|elles)\b|\best-ce (?:que |qu')(?:l'appli |le logiciel )?ꙮ\b|\b(?:quand|pourquoi|comment) (?:est-ce que )?ꙮ\b",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"\b(?:worth it|worth the|any good|better than|overrated|underrated|dead|evil|dying|doomed|the next|the end of|too (?:big|late|far|much)|going (?:bankrupt|under|down the)|kill|beat|survive|take over|conquer|dominate|bubble|monopoly|hype|so (?:popular|bad|expensive|slow|hated|toxic)|hate|love with|ruin(?:ed|ing)?|wrong with|vaut(?:-il)? (?:le coup|la peine)|surcoté|mort|en faillite|mieux que|le prochain|la fin de)\b",
    re.IGNORECASE,
)
_VOCATIVE = re.compile(
    r"(?:^|[.!?\n]\s*)(?:(?:hi|hey|hello|dear|ok|so|please|thanks|yo|bonjour|bonsoir|salut|coucou|chère?s?|merci|svp)[ ,!]+)?(?:there |à )?@?ꙮ(?: (?:team|support|people|folks|devs?|crew|staff))?\s*[,:!?]|@ꙮ|\b(?:hi|hey|hello|dear|bonjour|salut|chère?s?)[ ,]+(?:l'équipe (?:de )?)?@?ꙮ\b",
    re.IGNORECASE,
)
_ASKED_OF_YOU = re.compile(
    r"\b(?:can|could|will|would|do|did|are|have|when (?:are|will|do)|why (?:are|do|did|have|don't|can't)|where (?:are|do)|how do) you\b|\b(?:please|pls|plz|svp|stp|s'il vous plaît)\b|\byour (?:[\w-]+ ){0,2}(?:app|site|website|service|support|product|plans?|pricing|team|api|store|tool|software|update|server|platform|policy|hours|delivery)\b|\b\w+(?:ez|iez)-vous\b|\bvous (?:pouvez|pourriez|comptez|prévoyez|avez|allez)\b|\b(?:votre|vos) (?:[\w-]+ ){0,2}(?:appli\w*|site|service|support|équipe|outil|logiciel|offres?|tarifs?|serveurs?|mise à jour|livraisons?|horaires)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"\b(?:i|i'm|i've|i'd|my|me|mine|we|we're|we've|our|us|je|j'\w+|mon|ma|mes|moi|me|m'\w+|nous|notre|nos|on)\b",
    re.IGNORECASE,
)
_FAULT = re.compile(
    r"\b(?:crash\w*|bugs?|bugg\w+|freez\w+|froze\w?|broken|broke|is down|(?:was|went|been) down|outage|not working|stopped working|(?:does|do|did|is|has|have|can|could|wo|ca)n['o]?t (?:even )?(?:work\w*|load\w*|open\w*|start\w*|sync\w*|connect\w*|log ?in|update\w*|play\w*|send\w*|save\w*)|does not work|cannot (?:log|open|load|connect|access|sync)|logs? (?:me|us) out|error|fail(?:s|ed|ing)?|glitch\w*|lost (?:all |everything|my|our|the)|delet(?:ed|es) (?:all |my|our)|clos(?:es|ed) (?:by )?itself|gone|empty|missing|disappeared|drains?|slow|lag\w*|keeps? \w+ing|asks? (?:for )?(?:my|the|our) password|hides?|charged (?:me |us )?(?:twice|again)|double[- ]charged|overcharged|"
    r"plante\w*|planté\w*|bloqu\w+|en panne|panne|erreur\w*|ne (?:marche|fonctionne|s'ouvre|charge|démarre|s'affiche|répond|synchronise|se \w+) (?:pas|plus|même)|(?:marche|fonctionne) (?:plus|pas)|n'arrive (?:pas|plus|même)|impossible|se (?:ferme|bloque|coupe|déconnecte)|perdue?s?|disparue?s?|vides?|effacée?s?|déconnecte|redemande|lente?s?|vide la batterie|débitée?s? deux fois|facturée?s? (?:deux fois|à tort)|a sauté)\b",
    re.IGNORECASE,
)
_DEMAND = re.compile(
    r"\b(?:please|pls|plz|fix (?:it|this|that|your|the)|bring (?:back|it back)|give (?:me|us) (?:back|my|our)|(?:want|need|demand|waiting for|where is|get|request\w*) (?:a |an |my |our |the )?(?:refund|money|order|package|answer|reply|response|explanation)|refund (?:me|us|my)|still (?:waiting|no (?:answer|reply|response|news))|no (?:answer|reply|response|news|word) (?:from|since|for|to|in)|never (?:got|received|answered|replied|arrived)|(?:has|have|had|did)(?: not|n't) (?:yet )?(?:arrived?|come|received?|shipped|been (?:delivered|answered|refunded))|nobody (?:answers?|replies|helps|picks up)|no one (?:answers?|replies|helps|picks up)|(?:days|weeks|months) (?:without|later|and (?:still|no))|contact(?:ed)? (?:me|you|support)|explain (?:why|yourself)|answer (?:me|us|my)|"
    r"svp|s'il vous plaît|merci de|remboursez?|remboursement|rendez|corrigez|réparez|répondez|dites-nous|expliquez|remettez|sans (?:réponse|nouvelles)|aucune? (?:réponse|nouvelle|mot|retour)|toujours (?:pas|rien|aucune?)|j'attends|nous attendons|on attend|jamais (?:reçu|répondu|livré)|personne ne (?:répond|décroche|m'aide)|pas (?:encore )?(?:reçu|arrivée?|livrée?))\b",
    re.IGNORECASE,
)
_HARM = re.compile(
    r"\b(?:unacceptable|disappoint\w+|fed up|terrible|awful|useless|unusable|rip-?off|cancel(?:l?ed|ling)|not happy|unhappy|frustrat\w+|annoy\w+|worst|never again|too expensive|overpriced|wast(?:e|ed)|"
    r"inacceptable|inadmissible|impardonnable|déçue?s?|déception|marre|nul(?:le)?|inutilisable|arnaque|résili\w+|pénible|honteux|scandaleux|trop cher|plus jamais|mécontente?s?|pire)\b",
    re.IGNORECASE,
)
_HEADLINE = re.compile(  # told as an answer, not asked: no question mark, nobody who speaks
    r"^\W*(?:why|how|what|when|where|who|pourquoi|comment|quand|où|ce que|qui) [^?\n]{1,160}$", re.IGNORECASE
)
_NEWS = re.compile(  # what is told of a company, not to it
    r"\b(?:shares|stocks?|analysts?|investors?|per ?cent|quarter(?:ly)?|revenues?|profits?|chief executive|ceo|founder|lawsuit|sued|court|police|regulators?|according to|spokes\w+|reported(?:ly)?|announced|thousands of|millions of|"
    r"analystes?|investisseurs?|bourse|le cours|pour cent|trimestre|chiffre d'affaires|bénéfices?|fondat\w+|pdg|procès|tribunal|justice|régulateur|selon|porte-parole|a annoncé|des milliers de|des millions de)\b|\d ?%",
    re.IGNORECASE,
)
_TOLD_OF_THEM = re.compile(r"\b(?:they|them|their|theirs|ils|elles|leurs?|eux)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A post as far as it may speak to us. `question`, `complaint`, `fault`: how surely it is one (0 to 1). `names` are
    ours; `named` says that the post is counted as naming us, which a search of one's own words may say without them.
    `home`: in a place of ours; `to_us`: it answers a post of ours; `to_other`: it answers somebody else's."""

    text: str
    question: float
    complaint: float
    fault: float = 0.0
    names: tuple[str, ...] = ()
    named: bool = False
    article: bool = False
    home: bool = False
    to_us: bool = False
    to_other: bool = False


def appeal_of(said: Said) -> str:
    """`question` or `complaint` where a post appeals to us, else ""."""
    body = _with_marks(spoken(said.text), said.names)
    if said.question >= CERTAIN and _asks_us(said, body):
        return QUESTION
    if said.complaint >= CERTAIN and not said.article and _complains_to_us(said, body):
        return COMPLAINT
    return ""


def _for_help(sentence: str) -> bool:
    """A sentence that asks for help, and is not asked of everyone: "anyone else?" beside it is small talk."""
    return bool(_HELP.search(sentence)) and not _EVERYONE.search(sentence)


def _with_marks(body: str, names: Sequence[str]) -> str:
    """A text with one sign in place of each of our names."""
    known = sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True)
    if not known:
        return body
    return re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", _NAME, body, flags=re.IGNORECASE)


def _asks_us(said: Said, body: str) -> bool:
    asked = [sentence for sentence, _ in sentences_that_ask(body)]
    helped, faulty = bool(_HELP.search(body)), said.fault >= CERTAIN
    # What is asked of all, or of nobody, is not asked of us, whatever else the post says.
    if _EVERYONE.search(body) and not (helped and faulty) and not (said.home and any(map(_for_help, asked))):
        return False
    if asked and all(_RHETORICAL.search(sentence) for sentence in asked):
        return False
    if _ANNOUNCED.search(body) and not (helped and _FIRST.search(body) and (said.home or said.to_us)):
        return False
    if not (said.home or said.to_us) and _HEADLINE.match(body) and not _FIRST.search(body):
        return False
    near = _near(body, asked)
    if said.article:
        return len(body) <= LONG and helped and near and bool(_FIRST.search(body)) and said.question >= LIKELY
    if _VOCATIVE.search(body) and (helped or _ASKED_OF_YOU.search(body)):
        return True
    if any(_SUBJECT.search(sentence) and not _OPINION.search(sentence) for sentence in asked):
        return True
    if said.to_other:  # between others: only what asks for help with us by name
        return (
            helped and any(_HELP.search(s) and _NAME in s for s in asked) and (said.home or bool(_FIRST.search(body)))
        )
    if said.to_us or said.home:
        return helped or faulty or (bool(asked) and said.question >= LIKELY)
    return helped and near and (bool(_FIRST.search(body)) or any(_HELP.search(s) for s in asked))


def _near(body: str, asked: Sequence[str]) -> bool:
    """Whether our name stands where something is asked: in the sentence, in the first line, or in a short post."""
    if _NAME in body.split("\n", 1)[0] or any(_NAME in sentence for sentence in asked):
        return True
    return len(body) <= NEAR and _NAME in body


def _complains_to_us(said: Said, body: str) -> bool:
    if _ANNOUNCED.search(body):
        return False
    first, of_us = bool(_FIRST.search(body)), _NAME in body or said.named
    fault, demand = bool(_FAULT.search(body)) or said.fault >= CERTAIN, bool(_DEMAND.search(body))
    called = bool(_VOCATIVE.search(body)) or bool(_ASKED_OF_YOU.search(body))
    if said.to_other:  # what is said of us to others is no appeal, but a call to us or a fault at home is
        return (of_us and bool(_VOCATIVE.search(body))) or (said.home and first and said.fault >= CERTAIN)
    if not (said.home or said.to_us):
        if not of_us:
            return False
        body = _around_us(body)
        first, fault, demand = bool(_FIRST.search(body)), bool(_FAULT.search(body)), bool(_DEMAND.search(body))
    if not first and _NEWS.search(body):
        return False
    if demand and (first or called or fault):
        return True
    if fault and not _TOLD_OF_THEM.search(body):
        return True
    return bool(_HARM.search(body)) and first and not _TOLD_OF_THEM.search(body)


def _around_us(body: str) -> str:
    """The sentences that name us; all of a short post, or where no name of ours is known."""
    if len(body) <= NEAR or _NAME not in body:
        return body
    return " ".join(sentence for sentence in re.split(r"(?<=[.!?…])\s+|\n", body) if _NAME in sentence)
