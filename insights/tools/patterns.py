"""Patterns of names of tools, and of what people write beside them: data, without a function.

Each of `RIGHT` and `LEFT` is a cue, its weight as evidence from 0 to 1, and the words after or before a name.
"""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import re

KIND = (
    r"(?:tools?|apps?|applications?|librar(?:y|ies)|framework|plugins?|add-?ons?|extension|services?|platform|softwares?|models?|llm|bots?|chatbot|cli|clients?|"
    r"package|editor|alternative|dashboard|generator|manager|reader|tracker|planner|scheduler|inbox|relay|database|engine|whiteboard|chat|kanban|wiki|api|"
    r"filter|widget|crm|cms|calendar|form|forms|polls?|system|layer|bridge|site|website|project|app store|recorder|assistant|archiver|sandbox|host|hosting|"
    r"help desk|desk|digest|heatmap|drive|preprocessor|storage|compiler|runtime|parser|linter|terminal|keyboard|theme|renderer|proxy|gateway|server|suite|toolkit|sdk|agent|search engine|"
    r"newsletter tool|spreadsheet|mail merge|messenger|search|"
    r"outils?|applis?|logiciels?|bibliothèque|module|extension|service|plateforme|moteur|modèle|messagerie|éditeur|lecteur|assistant|planning|tableau de bord|"
    r"tableau blanc|générateur|gestionnaire|correcteur|bloqueur|carnet|agenda|forum|salon|formation|vitrine|mur|résumé|chatbot|sondages?|enregistreur|site|projet|alternative|serveur|annuaire|coffre-fort|tableur|visionneuse|minuteur)"
)
# Of these, those that little else than a tool is called by.
SURE_KIND = (
    r"(?:tools?|apps?|librar(?:y|ies)|frameworks?|plug-?ins?|add-?ons?|browser extensions?|chrome extensions?|(?:web|online|cloud|saas|hosting|streaming|messaging|email) services?|softwares?|"
    r"(?:language|ai|open(?:-weight|-source)?|reasoning|embedding|vision|foundation) models?|llms?|chatbots?|bots?|cli|sdk|toolkits?|packages?|(?:text|code|photo|image|video|audio|markdown) editors?|ide|"
    r"(?:web |search |rendering |game |template |storage |query )engines?|browsers?|database|compilers?|interpreters?|runtimes?|parsers?|linters?|debuggers?|profilers?|emulators?|"
    r"simulators?|preprocessors?|bundlers?|transpilers?|formatters?|validators?|solvers?|scrapers?|crawlers?|converters?|wrappers?|renderers?|generators?|plotters?|trackers?|launchers?|"
    r"(?:package|password|window|task|project|file|download|version|dependency|bookmark) managers?|(?:static site|code|password|image|site) generators?|(?:rss|feed|pdf|e-?book) readers?|"
    r"(?:email|mail|irc|chat|ssh|git|api|rest|http|mastodon|bittorrent) clients?|(?:web|mail|proxy|media|mcp|game|application) servers?|middleware|daemon|orm|cms|crm|wiki engine|firmware|"
    r"operating system|os|distro|distribution|linux distribution|virtual machine|vm|terminals?|shell|command[- ]line|spreadsheet|synth(?:esi[sz]er)?s?|sequencers?|daw|soundfont|"
    r"platforms?|gadgets?|repos?|repository|codebase|game engine|programming language|scripting language|query language|boilerplate|starter kit|cheat ?sheet generator|"
    r"outils?|applis?|applications?|logiciels?|bibliothèques?|greffons?|extensions? (?:de navigateur|chrome|firefox)|cadriciels?|moteurs? de (?:recherche|rendu|jeu)|navigateurs?|"
    r"messageries?|éditeurs? de (?:texte|code|photos?)|lecteurs? (?:de flux|rss|audio|vidéo|multimédia)|gestionnaires? de [\w]+|générateurs?|assistants? (?:vocal|ia)|compilateurs?|interpréteurs?|émulateurs?|"
    r"base de données|tableurs?|plateformes?|agents? conversationnels?|modèles? de langage|langage de programmation|système d'exploitation|serveur (?:web|mail|multimédia)|logiciels? libres?)"
)
# After the noun that a thing is said to be, no other noun: "is a software engineer" says something else.
_HEAD = (
    r"(?=\s*(?:[,.;:!?()\[\]\"'*—–|-]|$|(?:that|which|who|to|for|from|by|with|without|in|on|of|and|or|written|built|made|designed|based|developed|created|powered|where|when|i|we|you|called|named|is|are|was|as|so|but|has|it|since|"
    r"de|du|des|d'\w+|pour|qui|que|dont|en|avec|sans|par|sur|à|et|ou|mais|c'est|est|écrite?|développée?|conçue?|libre|gratuite?|open|basée?)\b))"
)
_VERSION = r"(?:\s+(?:v|version )?\d+(?:\.\d+)*\+?(?![\w%]))?"
_ASIDE = r"(?:\s*\([^()]{1,60}\))?"
RIGHT: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (cue, re.compile(words, re.IGNORECASE))
    for cue, words in (
        (
            "defined_sure",
            _VERSION
            + _ASIDE
            + r"\s*(?:,|:|–|—|\s-|\(|,? (?:is|are|was|c'est|est|sont|which is|qui est)\b)\s*(?:now |basically |just |simply |essentially |en fait |currently )?(?:a|an|the|my|our|your|one of the|some|un|une|le|la|l'|les|des|mon|notre|un des)\s*(?:[\w'’/+#.-]+,?\s+){0,6}?"
            + SURE_KIND
            + _HEAD,
        ),
        ("named_after", r"(?:'s)?\s+(?:[\w-]+ )?" + SURE_KIND + r"\b(?!\s+[A-Z])"),
        (
            "launch_now",
            _VERSION
            + r"\s*(?:\(?(?:v|version )?\d[\w.]*\)?\s*)?(?:is |was |has been |now |est |a été )*(?:released|out now|available (?:for|on|now|as)|publiée?|disponible|generally available|open[- ]sourced?|on github|sur github)\b(?! (?:from|after))",
        ),
        (
            "version_of",
            r",?\s+(?:v|version |release |rev )?\d+\.\d+(?:[.\w-]*\d)?\b(?!\s*(?:%|million|billion|milliard|km|kg|m\b|€|\$|inch|GHz|GB|stars?|out of))",
        ),
        (
            "launch",
            _VERSION
            + _ASIDE
            + r",?\s+(?:has |have |is |was |got |just |now |finally |officially |today |also |enfin |désormais |vient (?:juste |tout juste |à peine )?d'?e? ?|être |a été |a |est |sera |s'est )*(?:launch(?:ed|es|ing)?|releas(?:ed|es)|shipped|(?:live|out)\b(?= (?:now|today|on (?:Product|the App)|in (?:beta|public))|\s*(?:[!.:]|$))|here\b(?! (?:and|to|for))|lands\b|landed\b|available|in (?:public |open |private )?beta|beta (?:invite|is out)|open[- ]sourc(?:ed|es)|publish(?:ed|es)|debut(?:s|ed)?|sort\b|sorti(?:e|r)?\b|lancée?|dispo(?:nible)?|publiée?|paraître|parue?|débarque|d'?arriver|arriv(?:e|er|ée?|é)\b|en (?:libre accès|bêta|beta|accès libre|version \d)|entre en b[êe]ta|ouvre sa b[êe]ta|ouvre ses portes|b[êe]ta ouverte|came out|hit v(?:ersion)?|passe en version|(?:lève|raised|raises) [$€£]?\d|exists now|was presented)",
        ),
        (
            "launch2",
            _ASIDE
            + r"\s*(?::|–|—|,)\s*(?:le |la |l'|un |une |the |a )?(?:nouve(?:l|au|lle)|(?:brand )?new|just launched|tout neuf|tout nouveau|toute nouvelle)\b",
        ),
        ("aside", r"\s+\((?=[a-zà-ÿ][^()]{3,60}\))"),
        ("launch3", r"\s*\((?:YC|Y Combinator|beta|bêta|bêta ouverte|launch)[^)]{0,30}\)"),
        (
            "defined",
            _VERSION
            + _ASIDE
            + r"\s*(?:[,:–—(.-]|is|are|c'est|est|, c'est|was|will be)\s*(?:, |c'est |like |basically |just |simply |now |en fait )?(?:a|an|the|my|our|their|un|une|le|la|l'|the new|a new)?\s*(?:[\w'’-]+,?\s+){0,4}?"
            + KIND
            + _HEAD,
        ),
        (
            "aside2",
            _VERSION
            + _ASIDE
            + r"\s*(?:[,:–—]|\s-\s)\s*(?:a|an|un|une|des|turn|turns|untangle|merge|count|like|formation|suivi|feature|printable|double-entry|enfin|which|that|qui|forms|changelogs|voice|scheduling|inventory)\b",
        ),
        (
            "does",
            _VERSION
            + _ASIDE
            + r"\s+(?:lets|allows|helps (?:us|you|to)|turns|supports|adds|now (?:has|supports|does)|exports|finds|tags|schedules|saved us|works (?:on|with|offline)|does|reviews|compares|gives you|answers|pings|claims|permet|promet|génère|surveille|prévient|remplace|relie|transcrit|range\b|assemble|centralise|résume|trouve|builds|keeps|is like|ships with|blurs|simplifie|améliore|automatise|accélère|simplifies|automates|speeds up|cleans|converts|hosts|offers|provides|manages|héberge|propose|gère|facilite|imports|generates|tracks|syncs|ne fonctionne pas)\b",
        ),
        (
            "judged",
            _VERSION
            + _ASIDE
            + r"\s*(?:,? anyone\b|is my pick|looks (?:promising|good|great|interesting|neat)|looks like a|caught my eye|popped up|is the best thing|beats\b|is what we use|is bien|est (?:bien )?(?:plus|bien|top|génial)|yet\?|, déjà indispensable|got a big update|is shutting its waitlist)",
        ),
        ("version", r"\s+(?:v|version )?\d+\.\d+(?:\.\d+)?\b|\s+v\d+\b|\s+\d+ (?:beta|alpha|rc)\b"),
        (
            "versus",
            r"\s+(?:is like|vs\.?|versus|face à|or|ou|>|instead of|au lieu de|rather than|plutôt que|with|avec|than)\s+(?=(?P<other>[A-Z][\w.+#-]*(?: [A-Z][\w.+#-]*)?))",
        ),
    )
)
LEFT: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (
        cue,
        re.compile(words + r"\s*(?:the |le |la |les |l'|our |notre |my |mon |a |an |un |une )?$", re.IGNORECASE),
    )
    for cue, words in (
        (
            "named_so",
            r"\b"
            + SURE_KIND
            + r",?\s+(?:\w+ )?(?:called|named|dubbed|known as|appelée?|nommée?|baptisée?|dénommée?|du nom d[e'])",
        ),
        ("named_kind", r"\b" + SURE_KIND + r",?"),
        (
            "used_for",
            r"\b(?:use|used|uses|using|utilise[rz]?|utilisons|utilisant|en utilisant|configur(?:e|ed|ing)|installs?|installed|installing|set(?:ting)? ?up|run|runs|running|host(?:ed|ing)? (?:on|with)|maintain(?:er|ing|s)?(?: of)?|written (?:in|with|using)|built (?:in|with|on|using|around)|developed (?:in|with)|integrat\w+ with|synced? with|import(?:ed)? into|export(?:ed)? from|deploy(?:ed|ing)? (?:on|to|with)|plugin for|extension for|client for|wrapper (?:for|around)|work(?:s|ed|ing)? on|contribut\w+ to|download(?:ed|ing)?|turned to|développée? (?:en|avec|sous)|écrit (?:en|avec)|installer|configurer|grâce à|à l'aide d[e'u]|sous)",
        ),
        (
            "launch_of",
            r"\b(?:introducing|announcing|release[ds]?(?: it)?(?: as)?|shipp(?:ed|ing)|open-?sourced|i (?:just |have |recently )*(?:built|made|wrote|created|released|published)|j'ai (?:créé|codé|écrit|publié|fait)|released (?:the )?(?:first|new|latest) version of|(?:new|latest|next) (?:version|release) of|nouvelle version d[e'u]|introduc(?:es?|tion to|ed)|présente|presenting|(?:have|has|had|ont|a|avons) (?:built|developed|created|développé|créé|lancé|codé)|(?:beta )?testers? (?:wanted )?for|v\d+ of|(?:recherche|cherchons|cherche) des testeurs pour)",
        ),
        ("show", r"(?:show|launch) hn\s*[:–—-]"),
        (
            "launch4",
            r"(?:^|[\s:.!])(?:introducing|announcing|launching|presenting|unveiling|say hello to|présentons|présentation d[eu]|découvrez|voici|lancement d[eu]|sortie d[eu]|lancement d'|sortie d'|(?:release|launch|beta|first version) of)",
        ),
        ("launch5", r"(?:^|[:.!]\s*)meet"),
        (
            "launch6",
            r"\b(?:(?:i|we|j'ai|on a|nous avons|nous venons de|je viens de|a (?:friend|member|colleague)|un membre a|un ami a|team|studio[\w ]*|start-?up[\w ]*)\s+(?:have |'ve |just |also |finally |today |enfin )*(?:built|made|launched|released|shipped|created|wrote|coded|published|codé|créé|fait|développé|lancé|publié|publier|lancer|sorti|sortir)|launches|launched|released|shipped|open-sourced|announced|announces|unveiled|lance|annonce|publie|a lancé|a publié|a sorti|dévoile)",
        ),
        (
            "launch7",
            r"\b(?:weekend project|side project|petit nouveau[^:.]{0,40}|petite nouvelle[^:.]{0,40}|nouveauté|nouveau venu[^:.]{0,40}|new kid on the block|winner[^:.]{0,30}|pick of the (?:day|week|month)|découverte d[eu][^:.]{0,20}|outil d[eu] (?:jour|mois)|nouveau|nouvelle appli|new on (?:my|our|the) radar|new|new today|newcomer)\s*:",
        ),
        (
            "found",
            r"\b(?:found|discovered|stumbled (?:up)?on|stumbled across|came across|découvre|découvert|tombée?s? sur|check out|have a look at|take a look at|trouvé|connaissez[- ]vous|vous connaissez|tu connais|(?:déjà )?entendu parler d[e'u]+|heard of|talked about|talking about|(?:showed|told|introduced|pointed) (?:me|us)(?: to| about)?|recommend(?:s|ed)?|m'a (?:montré|parlé d[eu]|conseillé|fait découvrir)|conseille|recommande|(?:feedback|thoughts|opinions?|views?|reviews?|experience) (?:on|of|about|with)|(?:retours?(?: d'expérience)?|avis|test) (?:sur|d[eu]|d')|coup de cœur pour|coup de coeur pour|what do (?:you|people) think of|pensez-vous d[e'u]+)",
        ),
        ("named", KIND + r"(?:\s+[\w-]+){0,3}\s+(?:called|named|appelée?|nommée?|baptisée?|du nom d[e'])"),
        (
            "named2",
            r"\b(?:new|nouvel|nouvelle|neat|little|free|libre|open[- ]source|small|petite?|self-hosted|nostr|autre|another)\s+(?:[\w-]+\s+){0,2}?"
            + KIND
            + r"\s*:?",
        ),
        ("named3", r"\b" + KIND + r",?"),
        ("used", r"\b(?:via|through|powered by|built (?:with|on)|using)"),
        ("named4", r"(?:qui tient la route|which works|worth a look|recommandation|recommendation|trouvaille)\s*:"),
        (
            "tried",
            r"\b(?:tried|trying|tests|tested|testing|anyone (?:here )?(?:using|used|tried)|anybody (?:here )?(?:using|used|tried)|(?:has|have) (?:anyone|anybody|someone) (?:here )?(?:tried|used|compared|tested)|quelqu'un (?:a|utilise) ?(?:déjà )?(?:essayé|testé|utilisé)?|essayé|essaie|essaye|testé|je teste|on teste|installed|installé|started using|been (?:running|using|testing)|signed up (?:to|for)|tried out|try|essayez|testez|adoptez|utilisez|(?:been )?play(?:ed|ing) (?:around )?with|tinkering with|posted about|wrote about|(?:you|we|they|i) (?:want|need)|deployed|déployé|self-host(?:ed|ing)|auto-héberg(?:é|e))",
        ),
        (
            "used2",
            r"\b(?:(?:we|i|on|j'|nous|club|team|board) ?(?:now |all |both |already |déjà )*(?:use|utilise|utilisons)|ran (?:[\w']+ ){1,4}on|(?:now )?lives? in|swears? by|ne jur(?:e|ent) que par|relies on|thanks to|grâce à|avec)",
        ),
        (
            "switched",
            r"\b(?:(?:switch|mov|migrat)(?:ed|ing|e)?\b[^.!?]{0,50}?\b(?:over to|to|vers)|(?:passée?s?|passer|passe|migré|migre)\b[^.!?]{0,40}? (?:à|vers|sur)|replaced\b[^.!?]{1,50}? (?:with|by)|remplacé\b[^.!?]{1,50}? par|goodbye [\w.]+, hello|settled on|went with|opted for|ended up with|landed on|chose|chosen|adopts|adopted|adopté|choisi|opté pour|à base de)",
        ),
        (
            "versus2",
            r"\b(?P<other>[A-Z][\w.+#-]*(?: [A-Z][\w.+#-]*)?),? (?:vs\.?|versus|face à|or|ou|to|by|with|>|but not)",
        ),
    )
)
OF_COMPANY = re.compile(
    r"\b(?:start-?up|company|studio|firm|agency|entreprise|société|éditeur|agence|team (?:behind|at)|équipe de)(?:\s+[a-zà-ÿ-]+){0,2}\s*$",
    re.IGNORECASE,
)
PERSON_LEFT = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|professor|sir|lady|monsieur|madame|mme|mlle|m|maître|saint|st|ste|président|president|king|queen|pope|pape|author|auteur|with our (?:chair|president)|friend|collègue|boss|dear|cher|chère|hi|hey|hello|salut|bonjour|bonsoir|merci|thanks|thank you|bravo|congrats|congratulations to|félicitations|bienvenue|welcome|moi c'est|je m'appelle|my name is|ask|by)\.?,?\s*)$",
    re.IGNORECASE,
)
PERSON_RIGHT = re.compile(
    r"^(?:'s\s+(?:class|lecture|mother|father|memoir|place|book|wife|husband)|,? (?:said|says|wrote|writes|joined|joins|resigned|spoke|told|asked|won|gave an|will be at|will run|chairs|dit|écrit|explique|a dit|a gagné|présidera|part à|est venue?|était là|tu peux|could you|can you|, moi)\b|,? \d+ ans\b)",
    re.IGNORECASE,
)
ACTS = re.compile(
    r"^\s+(?:has |have |just |a |vient de )*(?:launch(?:es|ed)?|lance|lancé|lancer|releas(?:es|ed)|annonce|announce[sd]?|publish(?:es|ed)|publie|publié|ship(?:s|ped)|dévoile|unveil(?:s|ed)|organis\w+|open(?:s|ed)|ouvre)\s+(?:a|an|the|un|une|le|la|les|l'|des|its|his|her|their|son|sa|ses|leurs?|new|\d+)\b(?P<rest>(?:\s+[\w'-]+){0,5})",
    re.IGNORECASE,
)
A_KIND = re.compile(rf"\b{KIND}\b", re.IGNORECASE)
ROLE = re.compile(
    r"^,? (?:our|notre|my|ma|mon|the|la|le) (?:new |nouvelle? |nouveau |first |old )?(?:treasurer|chair\w*|president|colleague|intern|manager|volunteer|coach|member|trésori\w+|présidente?|collègue|stagiaire|bénévole|directeur|directrice|responsable|cousine?|sister|brother|wife|husband|friend|speaker|guest|head of|invitée?)\b",
    re.IGNORECASE,
)
PLACE_LEFT = re.compile(
    r"\b(?:in|near|around|visit|visited|from|trip to|train to|flight to|à|près de|vers|depuis|habite|mairie de|ville de|maire de|rue|place)\s+$",
    re.IGNORECASE,
)
OF_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'-]+ (?:of|for|de|du|des|de la|de l'|d'|and|et|&)\s*$")
AFTERWARDS = re.compile(
    r"[.!?]\s*(?:b[êe]ta|dispo\w*|sortie?|lancée?|available|out (?:now|today)|free|gratuit|open[- ]source|launch hn|on the app store|hébergée?)\b",
    re.IGNORECASE,
)
_CAPITAL = r"(?:[A-ZÀ-ÖØ-Þ][\w’'-]*[\w+#]|[A-Z](?![\w.]))"
_DOTTED = r"\b[A-Za-z][\w-]*\.(?:js|ts|io|ai|dev|app|net|rs|so|ly|lol|xyz|tech|tools|social|chat|cloud|team|club|to|gg)\b(?!/)"
_CAMEL = r"\b[a-z]{1,3}[A-Z]\w*\b"
_SPACED = r"\b[A-Z]\w+(?:\.[A-Z]\w+)+"
NAME = re.compile(
    rf"{_DOTTED}|{_SPACED}|{_CAMEL}(?: {_CAPITAL})*|(?<![\w@#/.-]){_CAPITAL}(?: (?:{_CAPITAL}|(?<=\w )(?:4[2-9]|[5-9]\d|\d{{3}})\b))*"
)
INSTALL = re.compile(
    r"\b(?:pip3?|pipx|uv|npm|pnpm|yarn|cargo|brew|gem|apt(?:-get)?|go|conda|docker|composer|flatpak)\s+(?:install|add|pull|get|require|i)\s+(?:-\w+\s+|--\S+\s+)*"
    r"(?![\w./@-]{1,60}\.(?:txt|toml|ya?ml|json|lock|cfg|whl|deb|rpm|zip|gz)\b)(?P<name>[A-Za-z@][\w./@-]{1,60})"  # no file
)
LOWER = re.compile(r"(?<![\w@#/.:\\'-])(?P<name>[a-z][a-z0-9]+(?:[-_][a-z0-9]+)*)(?![\w/@(=\\']|[:.][/\w])")
# What of a link in Markdown, or between backticks, is a name.
LINKED = re.compile(r"\[`*]{0,2}(?P<name>[\w][\w.+ -]{1,40}?)[`*]{0,2}\]\(https?://")
SHOW = re.compile(r"\b(?:Show|Launch) HN\s*[:–—-]\s*(?P<name>[a-z][\w.-]{1,40})(?=\s*[:,–—(-])")
# A repository as a whole: a link to one of its commits, files or issues names a place in it.
REPO = re.compile(
    r"(?<![\w.])(?:https?://)?(?:www\.)?(?:github\.com|gitlab\.com|codeberg\.org|bitbucket\.org|sr\.ht|launchpad\.net)/[\w.~-]{1,60}/(?P<name>[\w.-]{2,80})"
    r"(?!/(?:commit|blob|issues?|pull|discussions|tree|raw|wiki|-)\b|[\w.-])"
)
# The page of one thing in a shop, an index of packages or of products.
SHOP = re.compile(
    r"(?:https?://)?(?:www\.)?(?:pypi\.org/project|npmjs\.com/package|crates\.io/crates|rubygems\.org/gems|packagist\.org/packages/[\w-]+|hackage\.haskell\.org/package|"
    r"nuget\.org/packages|hub\.docker\.com/r/[\w-]+|f-droid\.org/(?:\w\w/)?packages|addons\.mozilla\.org/(?:[\w-]+/)?firefox/addon|flathub\.org/apps|snapcraft\.io|wordpress\.org/plugins|"
    r"huggingface\.co/[\w.-]+|formulae\.brew\.sh/formula|store\.steampowered\.com/app/\d+|apps\.apple\.com/(?:\w\w/)?app|chromewebstore\.google\.com/detail|chrome\.google\.com/webstore/detail)"
    r"/(?P<name>[\w][\w.-]{2,60})"
)
HUNT = re.compile(r"(?:https?://)?(?:www\.)?producthunt\.com/(?:posts|products)/(?P<name>[\w-]{2,80})")
HOST = re.compile(
    r"\b(?:https?://)?(?:www\.|app\.|get)?(?P<name>[a-z0-9-]{3,40})\.(?:com|io|app|so|ai|dev|net|org|fr|co|rs|to|gg|xyz|tools|chat|sh|lol|me|tech|cloud)\b(?!\.)",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"(?:[^.!?\n…]|\.(?=\w)|[.!?](?=[^\s.!?…]))+[.!?…]*")
STORE = re.compile(
    r"\b(?:product hunt|app store|play store|f-droid|chrome web store|github|gitlab|codeberg|open[- ]source|libre|mit licen[cs]e|self-hosted|waitlist|landing page|liste d'attente)\b",
    re.IGNORECASE,
)
# Words of software, computers and the web: a post that holds several speaks of them.
OF_SOFTWARE = re.compile(
    r"\b(?:software|app|apps|code|coding|api|apis|sdk|cli|github|gitlab|git|repo|repository|open[- ]source|plugins?|extensions?|librar(?:y|ies)|frameworks?|browser|servers?|database|sql|linux|windows|macos|android|ios|"
    r"install(?:ed|ing)?|download|releases?|version|debug\w*|compil\w+|script\w*|command|terminal|command line|developers?|programming|javascript|python|rust|docker|cloud|self-host\w*|deploy\w*|workflow|dashboard|"
    r"login|sync\w*|export\w*|import\w*|backup|tool|tools|feature|features|ui|bug|bugs|llms?|ai|chatbot|prompt\w*|firmware|hardware|usb|desktop|laptop|smartphone|website|blog(?:ging)?|email|rss|markdown|html|css|json|"
    r"logiciels?|applis?|applications?|serveurs?|navigateur|développeurs?|télécharg\w+|installer|installé|outils?|bibliothèque|site web|tableur|sauvegarde|fonctionnalités?|mise à jour|libre|ordinateur|informatique|hébergé\w*)\b",
    re.IGNORECASE,
)
# Names that say of themselves that they are a person's, a place's, an organisation's, an event's, a law's or a work's.
NO_TOOL = re.compile(
    r"^(?:Ctrl|Alt|Cmd|Shift|Esc)-|\b(?:Inc|Ltd|LLC|Corp(?:oration)?|GmbH|SAS?|Company|Group|Foundation|Association|Institute|University|College|School|Academy|Ministry|Department|Bureau|Agency|Authority|Commission|Committee|Council|Union|Party|"
    r"Court|Congress|Senate|Parliament|Government|Army|Police|Church|Hospital|Museum|Library of|Bank|Fund|Club|Team|League|Cup|Prize|Award|Festival|Conference|Summit|Meetup|Forum|Week|Day|Days|Month|Year|Season|Episode|"
    r"Chapter|Part|Volume|Book|Guide|Tutorial|Review|Course|Newsletter|Podcast|Magazine|Journal|Times|Post|News|Press|Report|Act|Law|Bill|Treaty|Agreement|Plan|Street|Road|Avenue|Park|River|Lake|Mount(?:ain)?|Island|"
    r"Bay|Valley|County|City|State|States|Republic|Kingdom|War|Battle|Revolution|Airport|Station|Jr|Sr|PhD|CEO|CTO|Engineer|Manager|Director|President|Minister|Professor|Studios?|Records|Pictures|Earnings|Q[1-4]|"
    r"Fondation|Institut|Université|École|Ecole|Lycée|Collège|Académie|Ministère|Département|Agence|Autorité|Comité|Conseil|Syndicat|Parti|Cour|Sénat|Assemblée|Parlement|Gouvernement|Armée|Église|Hôpital|Musée|Banque|Coupe|"
    r"Ligue|Prix|Conférence|Sommet|Rencontres?|Salon|Semaine|Journée|Saison|Épisode|Chapitre|Tome|Livre|Cours|Loi|Traité|Rue|Avenue|Parc|Rivière|Lac|Mont|Île|Baie|Vallée|Ville|République|Royaume|Guerre|Bataille|Gare|Aéroport)\b"
)
# A name out of a program, not of one.
IDENTIFIER = re.compile(
    r"(?:Exception|Error|Object|Client|Scope|Loader|Factory|Handler|Controller|Listener|Service|Manager|Builder|Provider|Config|Context|Request|Response|Type|Id|Item|Source|Element|Node|View|Class|Field|Value|List|Map|Set|Array)s?$|_|^(?:[A-Z][a-z]+){4,}$"
)
# Words beside the name of a work, a body or a person.
A_WORK = re.compile(
    r"\b(?:(?:book|novel|film|movie|album|song|episode|series|essay|paper|article|magazine|band|singer|artist|author|actor|city|town|village|country|region|river|conference|festival|university|party|team|company|firm|startup|"
    r"election|trial|war|museum|restaurant|hotel|livre|roman|film|album|chanson|épisode|série|essai|revue|groupe|chanteu(?:r|se)|artiste|auteure?|acteur|actrice|ville|village|pays|région|festival|université|parti|équipe|entreprise|"
    r"société|procès|guerre|musée|restaurant|hôtel|character|player|club)s?\s*[,:]?\s*(?:called|named|titled|intitulée?|by|de|of)?\s*[\"“«']?$)|"
    r"^[\"”»']?(?:,|,? (?:is|was|est|était)\b|\s*\()\s*(?:(?:a|an|the|un|une|le|la)\s+)?(?:[\w'-]+\s+){0,3}?(?:book|novel|film|movie|album|song|magazine|band|singer|artist|author|writer|journalist|professor|actor|politician|"
    r"city|town|village|country|river|conference|festival|university|company|firm|startup|restaurant|hotel|engineer|founder|co-?founder|designer|developer|programmer|consultant|teacher|researcher|scientist|manager|director|entrepreneur|investor|editor at|reporter|analyst|physicist|mathematician|student|lawyer|senator|minister|president|ceo|cto|"
    r"character|player|livre|roman|chanson|chanteu(?:r|se)|auteure?|écrivaine?|journaliste|ingénieure?|développeu(?:r|se)|chercheu(?:r|se)|enseignante?|fondat(?:eur|rice)|ministre|députée?|présidente?|étudiante?|avocate?|ville|pays|région|entreprise|société)\b",
    re.IGNORECASE,
)
ENDING = re.compile(r"(?:ée?s?|er|ez|ment|tion|ing)$")
ELIDED = re.compile(r"^(?:[JLDCNSMTjldcnsmt]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu|[Qq]uelqu|[Aa]ujourd)'")
CONTRACTED = re.compile(r"'(?:ve|re|ll|m|d|t)$")
INVERTED = re.compile(r"-(?:nous|vous|moi|toi|tu|ils?|elles?|on|je|les?|la|ce|t)$", re.IGNORECASE)
COMPANY_LAUNCHES = re.compile(
    r"\s+(?:launch(?:es|ed)|lance|annonce|announced|a lancé|released|ships|shipped|publie|dévoile)\s+(?:the |le |la |l')?[A-ZÀ-Þ]"
)
# What is said of a tool in the posts that name it.
USED = re.compile(
    r"\b(?:we (?:now |all |still )?use|i (?:now |still )?use|we(?:'re| are) using|i(?:'m| am) using|we (?:switched|moved|migrated)|i (?:switched|moved|migrated)|"
    r"we replaced|i replaced|we adopted|adopted it|is what we use|we run|i run|in production|on (?:l')?utilise|nous utilisons|j'utilise|on est passée?s?|"
    r"je suis passée?|on a (?:remplacé|adopté|migré)|j'ai (?:remplacé|adopté|migré|quitté)|switched from|moved from|en production)\b",
    re.IGNORECASE,
)
_DEFINES = (
    r"(?:,|:|–|—|\s-|\s(?:is|are|c'est|est|was|will be)|\s\((?=[a-z]))\s*(?:, |basically |simply |just |en fait )?"
)
ALTERNATIVE_LEFT = re.compile(
    r"(?P<other>[A-Z][\w.+#-]*(?: [A-Z][\w.+#-]*)?),? (?:vs\.?|versus|face à|or|ou|to|with|par|by|à|but not|and|et)\s*$"
)
ALTERNATIVE_RIGHT = re.compile(
    r"^(?:\s+(?:\w+\s+){0,4}?(?:vs\.?|versus|face à|or|ou|like|comme|instead of|rather than|au lieu de|plutôt que|than|que|alternative (?:\w+\s+)?(?:to|à)|replaces|remplace|beats|with|avec))\s+(?P<other>[A-Z][\w.+#-]*(?: [A-Z][\w.+#-]*)?)"
)
LEFT_FROM = re.compile(
    r"\b(?:switched|moved|migrated|passée?s?|quitté|replaced|remplacé|goodbye)\b(?: \w+){0,3}? (?P<other>[A-Z][\w.+#-]*(?: [A-Z][\w.+#-]*)?)"
)
# What follows a name where its sentence says what it is, and how well such a sentence defines it.
DEFINITIONS = (
    (re.compile(rf"{_DEFINES}(?:a|an|the|un|une|le|la|l'|my|our)\s", re.IGNORECASE), 0.7),
    (re.compile(r"\s*[:–—,]\s*\w"), 0.5),
    (re.compile(r"\s*\?\s*(?:it is|it's|c'est) (?:a|an|un|une)\s", re.IGNORECASE), 0.65),
)
NAMES_A_KIND = re.compile(rf"[^.!?\n]{{0,80}}?\b{KIND}\b", re.IGNORECASE)
