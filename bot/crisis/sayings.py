"""What people in a crisis plainly say, by language, as `net.fold` leaves it: small letters, no accents.

Statements about oneself, not topics: "suicide" alone is no saying, "I want to kill myself" is one. A list this
small misses much and is meant to: the detector's model reads beside it, and any match only makes us more careful.
"""

# ruff: noqa: E501 - one saying a line, however long it is

from __future__ import annotations

from typing import Final

_LAUGH = r"(?! (?:laughing|with laugh|over (?:this|that|a)\b|for (?:forgetting|not)\b|at the gym|to (?:get|make|finish)\b))"
_WISH = r"(?:want|wanna|wanted|wish|ready|decided|plan|planning|going|gonna|trying|tried|thinking (?:of|about)|like)"
_I = r"\bi(?:'m| am|'d| would)?(?! (?:do|did|would) not\b)(?! never\b)(?: \w+){0,3}?"

YES: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        rf"{_I} (?:want|wanna|wanted|wish|ready|decided|plan|planning)(?: to)?(?: just)? (?:die|be dead|disappear forever)\b(?! (?:laughing|of (?:laugh|shame|embarrass|bored|cuteness)))",
        r"(?:^|[.!?,;*:\"] ?)(?:just |really )?(?:want to|wanna) (?:die|be dead)\b(?! (?:laughing|of ))",
        r"\bi feel like dying\b(?! (?:of|from|laughing))",
        rf"\bkill(?:ing)? my ?self\b(?!-){_LAUGH}",
        rf"\b(?:unalive|hang|drown|shoot|od|overdose) my ?self\b{_LAUGH}",
        rf"\b{_WISH} (?:to )?(?:hurt|harm|cut|starve)(?:ing)? my ?self\b",
        r"\b(?:cutting|hurting|harming) my ?self (?:again|because|so|to feel|every|since|tonight|right now)",
        r"\b(?:end|ending|take|taking) my (?:own )?life\b(?! (?:savings|insurance|story))",
        r"\b(?:i am|i'm|im|i feel|feeling|i've been|i was|been) (?:so |very |really |actively |feeling )*suicidal\b",
        r"\b(?:have|having|had|my|these|get|getting) (?:\w+ )?(?:suicidal|self-?harm) (?:thoughts|urges|ideation)\b",
        r"\bi(?:'m| am|'ll| will| might| may| want| wanna| could| should)(?: \w+){0,4} commit(?:ting)? suicide\b",
        r"\b(?:don't|dont|do not) want to (?:live|be alive|exist|wake up|be here) (?:any ?more|anymore)\b",
        r"\b(?:don't|dont|do not) want to (?:be alive|live)\b(?! (?:in|with|at|here|there|near|on|like|alone|together|a|by|under|off|up)\b)",
        r"\bi (?:took|swallowed|have taken) (?:all|a whole|too many|\d+)(?: \w+){0,3} (?:pills|tablets)\b",
        r"\b(?:say|saying|this is my) goodbye (?:forever|to (?:this world|everyone))\b",
        r"\bwish i (?:was|were) (?:dead|never born)\b",
        r"\b(?:going to|gonna|plan to|planning to|want to|wanna|will|about to) (?:shoot up|blow up|bomb|attack) (?:the|my|a|this|our|his|her) (?:school|office|church|mosque|synagogue|mall|hospital|workplace|university|campus|neighbou?rs?)\b",
        r"\bi(?:'m| am|'ll| will| want)(?: \w+){0,3} (?:murder|stab|strangle) (?:him|her|them|everyone|everybody|my \w+)\b",
        r"\bi have a (?:gun|knife)(?: \w+){0,4} (?:kill|shoot|stab|hurt) (?:him|her|them|my ?self|everyone|people)\b",
    ),
    "es": (
        r"\b(?<!no )(?:me )?quiero morir(?:me)?\b(?! de (?:risa|la risa|verguenza|hambre|sed|calor|ganas))",
        r"\bquisiera (?:morir(?:me)?|estar muert[oa])\b(?! de)",
        r"\b(?:quiero|voy a|pienso|he pensado en|intente|planeo) (?:suicidarme|matarme|quitarme la vida|acabar con mi vida)\b",
        r"\bme (?:quiero|voy a) (?:suicidar|matar|quitar la vida|hacer dano|cortar las venas)\b",
        r"\b(?:pensamientos|ideas) suicidas\b(?= (?:otra|de nuevo|cada|todo|y no))|\btengo (?:pensamientos|ideas) suicidas\b",
        r"\bno quiero (?:vivir|seguir viviendo)(?: mas| asi)?(?=$|[.,!?;]| porque| y )",
        r"\bya no quiero vivir\b(?! (?:en|con|aqui|alli|junto|sol[oa])\b)",
        r"\bojala (?:estuviera|estuviese) muert[oa]\b",
        r"\bquiero (?:hacerme dano|cortarme las venas|autolesionarme)\b",
        r"\b(?:le|lo|la|los|las) voy a (?:apunalar|asesinar)\b",
    ),
    "de": (
        r"\b(?:ich )?(?:will|mochte|wollte|wurde gern) (?:nur noch |einfach |am liebsten )*sterben\b",
        r"\b(?:will|mochte|werde|kann) (?:nicht mehr|nimmer) leben\b(?! (?:in|mit|ohne|bei)\b)",
        r"\bich (?:will|mag|mochte|kann) nicht mehr leben\b",
        r"\b(?:will|mochte|werde|wollte|konnte) (?:ich )?(?:mich|mir)(?: \w+){0,2} (?:umbringen|das leben nehmen|toten|erhangen|erschiessen|vor (?:den|einen) zug werfen)\b(?! vor lachen)",
        r"\bmir (?:etwas|was) an(?:tun|zutun)\b",
        r"\bmich (?:selbst )?(?:zu )?(?:umzubringen|umbringen|ritzen)\b(?! vor lachen)",
        r"\bselbstmord (?:begehen|machen)\b",
        r"\b(?:habe|hab|hatte) (?:\w+ )?(?:suizid|selbstmord)gedanken\b",
        r"\bich (?:bin|war) (?:akut )?suizidal\b",
        r"\bmeinem leben ein ende (?:setzen|machen)\b",
        r"\bich wunschte,? ich ware tot\b|\bware lieber tot\b",
        r"\b(?:werde|will) (?:ihn|sie|alle|meine[nr]? \w+) (?:abstechen|erstechen|erschiessen|ermorden)\b",
        r"\b(?:amok ?laufen|amoklauf (?:machen|planen))\b",
    ),
    "fr": (
        r"\b(?:j'ai |j'avais )?envie de (?:mourir|crever)\b(?! de (?:rire|faim|soif|honte|chaud))",
        r"\b(?:je )?(?:veux|voudrais|vais) mourir\b(?! de (?:rire|faim|soif|honte|chaud))",
        r"\b(?:veux|vais|voudrais|pense a|envie de|essaye de|tente de) (?:me suicider|me tuer|me pendre|m'ouvrir les veines|me faire du mal|en finir avec la vie)\b",
        r"\bme suicider\b",
        r"\bmettre fin a mes jours\b|\bmettre fin a ma vie\b|\bm'oter la vie\b|\ben finir avec la vie\b",
        r"\b(?:j'ai|j'avais) des (?:pensees|idees) suicidaires\b",
        r"\bje suis suicidaire\b",
        r"\bje (?:ne )?veux plus (?:vivre|etre en vie)\b(?! (?:a|en|avec|chez|ici|dans|comme)\b)",
        r"\b(?:j'aimerais|je voudrais) etre mort(?:e)?\b",
        r"\bje (?:vais|veux) (?:le|la|les) (?:poignarder|assassiner|egorger)\b",
    ),
    "pt": (
        r"\b(?<!nao )(?:quero|queria|so quero) morrer\b(?! de (?:rir|fome|sede|vergonha|calor|tanto rir))",
        r"\bvontade de morrer\b(?! de)",
        r"\b(?:quero|vou|queria|penso em|pensei em|pensando em|tentei) (?:me matar|me suicidar|suicidar-me|matar-me|tirar (?:a )?minha (?:propria )?vida|acabar com a minha vida|me cortar|me machucar)\b(?! de (?:rir|tanto))",
        r"\btirar (?:a )?minha (?:propria )?vida\b",
        r"\b(?:tenho|tendo|tive) pensamentos suicidas\b",
        r"\bnao (?:quero|aguento) mais viver\b(?! (?:em|com|aqui|na|no|sem|junto)\b)",
        r"\bqueria estar mort[oa]\b",
        r"\bcometer suicidio (?:hoje|amanha|agora)\b|\bvou cometer suicidio\b",
        r"\bvou (?:esfaquear|assassinar) (?:ele|ela|eles|todos|todo mundo|minha \w+|meu \w+)\b",
    ),
    "ja": (
        r"死にたい(?!くらい(?:恥|おもしろ|面白))",
        r"(?:自殺|自死)(?:したい|します|するつもり|しようと思|を考えて)",
        r"消えてしまいたい|消えたい(?!曲)",
        r"生きて(?:い)?たくない|もう生きられない|生きるのが(?:つらい|辛い|しんどい)",
        r"(?:首を|くびを)吊(?:りたい|ろうと|って死)",
        r"命を絶(?:ちたい|とうと|つつもり)",
        r"リストカット(?:したい|してしま|をして)|自傷(?:したい|してしま)",
        r"(?:あいつ|彼|彼女|みんな|家族)を(?:殺したい|殺してやる|刺してやる)",
    ),
    "pl": (
        r"\b(?<!nie )chc(?:e|ialbym|ialabym) (?:juz |po prostu )?umrzec\b(?! ze (?:smiechu|wstydu))",
        r"\b(?:chce|zamierzam|mysle|planuje|probowalem|probowalam)(?: o tym,? zeby| zeby)? (?:sie )?(?:zabic|powiesic)(?: sie)?\b(?! (?:czas|nude|smiechem|komara|proces))",
        r"\bzabic sie\b(?! ze smiechu)|\bzabije sie\b(?! ze smiechu)|\bsie zabije\b(?! ze smiechu)",
        r"\bpopelni(?:c|e) samobojstwo\b",
        r"\b(?:odebrac|odbiore) sobie zycie\b",
        r"\bmam mysli samobojcze\b",
        r"\bnie chce (?:mi sie )?(?:juz )?(?:dluzej )?zyc\b(?! (?:w|z|tu|tam|na|bez)\b)",
        r"\bwolalbym nie zyc\b|\bwolalabym nie zyc\b|\bchcialbym nie zyc\b|\bchcialabym nie zyc\b",
        r"\b(?:chce|zamierzam) (?:sie (?:pociac|okaleczyc)|zrobic sobie krzywde)\b|\bzrobic sobie krzywde\b",
        r"\b(?:zadzgam|zamorduje) (?:go|ja|ich|wszystkich)\b",
    ),
    "tr": (
        r"\bolmek istiyorum\b|\bolmek istiyom\b|\bolsem de kurtulsam\b",
        r"\bintihar (?:et(?!ti|mis|tigi)\w*|edecegim|edicem|etmeyi|dusun\w*)",
        r"\bkendimi oldur\w*|\bkendimi as(?:acagim|mak)\b|\bcanima kiy\w*",
        r"\byasamak istemiyorum\b(?<!orada yasamak istemiyorum)(?<!burada yasamak istemiyorum)",
        r"\bhayatima son ver\w*",
        r"\bkendime zarar ver\w*|\bkendimi kes(?:iyorum|mek|ecegim)\b",
        r"\bkeske (?:olsem|olseydim|dogmasaydim)\b",
        r"\b(?:onu|onlari|hepsini|herkesi) (?:bicakla\w*|oldurecegim)\b",
    ),
    "ar": (
        r"(?<!لا )(?<!ما )(?<!مش )(?:اريد|ابغى|ابي|عايز|عايزة|عاوز|بدي|نفسي|اتمنى|ودي) (?:ان )?(?:اموت|الموت)(?! من الضحك)",
        r"(?:سانتحر|بنتحر|هنتحر|راح انتحر)",
        r"(?:اريد|ابغى|عايز|عايزة|بدي|افكر في|بفكر في|افكر ب|نفسي) (?:ان )?(?:انتحر|الانتحار|بالانتحار|اقتل نفسي|انهي حياتي|انهاء حياتي|اذي نفسي|اوذي نفسي)",
        r"(?:ساقتل|هقتل|راح اقتل) (?:نفسي|ه\b|هم\b)",
        r"(?:لا اريد|ما ابغى|مش عايز|مش عايزة|ما بدي) (?:ان )?(?:اعيش|العيش)(?! (?:في|مع|هنا|هناك))",
        r"انهي حياتي بيدي|لدي افكار انتحارية|عندي افكار انتحارية",
        r"ليتني (?:مت|ميت|ميتة|لم اولد)",
    ),
    "hi": (
        r"मर(?:ना| जाना) चाहत[ािी]",
        r"(?:मैं |मै |मुझे ).{0,20}(?:आत्महत्या|खुदकुशी|ख़ुदकुशी|सुसाइड) (?:कर(?:ना|ने|ूं|ूँ|ूंग|ूँग| ल)|का (?:मन|ख्याल))",
        r"(?:आत्महत्या|खुदकुशी|ख़ुदकुशी|सुसाइड) (?:कर(?:ना|ने) (?:चाहत|का मन|जा रह)|कर ?(?:लूं|लूँ|लूंग|लूँग))",
        r"(?:अपनी जान|खुद की जान|ख़ुद की जान) (?:ले|देना|दे दू|दे दूँ)",
        r"(?:खुद को|ख़ुद को|अपने आप को) (?:मार (?:डाल|लू|लूँ|दू|दूँ|देना)|खत्म कर|नुकसान पहुंचा|नुकसान पहुँचा|चोट पहुंचा)",
        r"जीना नहीं चाहत|जीने का मन नहीं|जीने की इच्छा नहीं",
        r"काश (?:मैं |मै )(?:मर (?:जाऊं|जाऊँ|जाता|जाती)|पैदा ही न)",
        r"(?:उसे|उसको|उन्हें|सबको) (?:जान से मार दू|जान से मार दूँ|चाकू मार)",
        r"\bmar(?:na| jana) chaht[ai] (?:hu|hoon|hun)\b|\bkhudkushi kar (?:lu|lunga|lungi)\b|\bsuicide kar(?:na| lu| lunga| lungi)\b",
    ),
}
"""Plain statements: the hold is certain."""

POSSIBLE: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        r"\bno (?:reason|point) (?:to|in) (?:live|living|going on|being alive)\b|\bnothing (?:left )?to live for\b",
        r"\bbetter off (?:dead|without me)\b|\b(?:nobody|no one) would (?:miss me|care if i (?:died|was gone|were gone))\b",
        r"\b(?:can't|cant|cannot|can not) (?:go on|do this|take (?:it|this)) (?:any ?more|any longer|living)\b(?= *(?:$|[.,!?;]|i |and i|life))",
        r"\b(?:i want|i'm going|im going|i am going|gonna|going) to end it all\b",
        r"\b(?:don't|dont|do not) (?:want|feel like) (?:to )?(?:living|wake up|waking up)\b(?! (?:early|at|late|before|in|on|so|this|that|with|near|here|there|alone|together)\b)",
        r"\bi(?:'ve| have)? (?:been )?self[ -]?harm(?:ed|ing)?\b|\burge to self[ -]?harm\b",
        r"\b(?:the )?voices (?:are )?(?:tell|telling|in my head (?:tell|say|are))",
        r"\bi(?:'m| am) going to (?:kill|hurt) (?:him|her|them|somebody|someone) (?:tonight|tomorrow|with a|for real|when)",
    ),
    "es": (
        r"\bno (?:tengo|hay) (?:ninguna )?razon(?:es)? para (?:vivir|seguir viviendo)\b",
        r"\b(?:estarian|estaran) mejor sin mi\b|\bno puedo (?:seguir|mas) (?:viviendo|con (?:la|mi|esta) vida)\b",
        r"\bsin ganas de vivir\b|\bno tengo ganas de vivir\b|\bme (?:hago dano|corto los brazos|autolesiono)\b",
    ),
    "de": (
        r"\b(?:kein(?:en)? (?:grund|sinn)|nichts) (?:mehr )?(?:zu|zum) leben\b|\bohne mich besser dran\b",
        r"\bkein(?:en)? lebenswillen? mehr\b|\bkeine lust mehr (?:auf das|aufs|auf mein) leben\b|\bich ritze mich\b",
        r"\bstimmen (?:in meinem kopf )?(?:sagen|befehlen) mir\b",
    ),
    "fr": (
        r"\b(?:aucune|plus de|plus aucune) raison de vivre\b|\bseraient mieux sans moi\b",
        r"\bplus (?:la force|envie) de (?:vivre|continuer a vivre)\b|\bje me (?:scarifie|fais du mal)\b",
    ),
    "pt": (
        r"\b(?:nao tenho|nenhuma|sem) (?:mais )?(?:motivo|razao|motivos|razoes) para viver\b|\bmelhor sem mim\b",
        r"\bsem vontade de viver\b|\bnao tenho (?:mais )?vontade de viver\b|\beu me (?:corto|machuco de proposito)\b",
    ),
    "ja": (
        r"生きる(?:意味|理由|価値)が(?:ない|わから|分から|見つから)|生きていても(?:仕方|しょうが|意味)",
        r"私(?:なんか|なんて)?(?:いない|居ない)(?:方|ほう)が(?:いい|良い|まし)",
        r"(?:声|幻聴)が.{0,6}(?:命令|殺せ|死ねと)",
    ),
    "pl": (
        r"\bnie mam (?:juz )?(?:po co|dla kogo|powodu(?:,? zeby)?|sily) (?:dalej )?zyc\b|\bbeze mnie (?:bedzie|byloby) (?:wam |im |wszystkim )?lepiej\b",
        r"\bnie widze (?:juz )?sensu (?:zycia|w zyciu|zyc)\b|\bokaleczam sie\b|\btne sie\b",
    ),
    "tr": (
        r"\byasamak icin (?:bir )?(?:neden|sebep)\w* (?:yok|kalmadi)\b|\bbensiz daha iyi\b",
        r"\byasamanin (?:bir )?anlami (?:yok|kalmadi)\b|\byasama (?:istegim|gucum) (?:yok|kalmadi)\b",
    ),
    "ar": (
        r"(?:لا|ما|مافي|مفيش|لم يعد) (?:يوجد |هناك |فيه |لدي |عندي )?(?:سبب|معنى|داعي|داع) (?:للعيش|للحياة|لاعيش|لحياتي)",
        r"(?:افضل|احسن) (?:بدوني|من غيري|من دوني)|تعبت من الحياة|كرهت حياتي",
        r"(?:اجرح|اوذي) نفسي",
    ),
    "hi": (
        r"जीने (?:की|का) (?:कोई )?(?:वजह|मतलब|कारण) नहीं|मेरे बिना (?:सब|वे|लोग) .{0,12}(?:खुश|बेहतर)",
        r"जीने का कोई मतलब नहीं|ज़िंदगी से थक|जिंदगी से थक|ज़िन्दगी से थक|जिन्दगी से थक",
    ),
}
"""Signs that may mean something else: the hold is set as well, for doubt is on the person's side."""

NEEDS: Final = {
    "en": r"d(?:ie|ying|ead)\b|self|kill|suicid|\bliv(?:e|ing)\b|life|alive|exist|\bwak(?:e|ing)\b|be here|forever|pills|tablets|goodbye|born|shoot|blow|bomb|attack|murder|stab|strangle|\bgun\b|knife|without me|miss me|was gone|were gone|end it all|\bharm|voices|\bhurt|going on|any ?more|any longer",
    "ja": "[぀-ヿ㐀-鿿]",
    "ar": "[؀-ۿ]",
    "hi": "[ऀ-ॿ]|marna chah|mar jana|khudkushi|suicide kar|marna cha",
}
"""Where a language's sayings take long to look for: signs without which none of them can be there."""
