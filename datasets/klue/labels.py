"""Closed vocabularies in official order; an index here is a label id on the Hub.

Sources: the label lists of KLUE-baseline (commit 8a03c94), which are those of the Hub's ClassLabel
columns; re also in upstream's relation_list.json; ood from the README of 3i4K.
"""

YNAT = ("IT과학", "경제", "사회", "생활문화", "세계", "스포츠", "정치")

STS_BINARY = ("negative", "positive")
STS_POSITIVE_FROM = 3.0

NLI = ("entailment", "neutral", "contradiction")

NER = (*(f"{prefix}-{kind}" for kind in ("DT", "LC", "OG", "PS", "QT", "TI") for prefix in "BI"), "O")

RE = (
    "no_relation",
    "org:dissolved",
    "org:founded",
    "org:place_of_headquarters",
    "org:alternate_names",
    "org:member_of",
    "org:members",
    "org:political/religious_affiliation",
    "org:product",
    "org:founded_by",
    "org:top_members/employees",
    "org:number_of_employees/members",
    "per:date_of_birth",
    "per:date_of_death",
    "per:place_of_birth",
    "per:place_of_death",
    "per:place_of_residence",
    "per:origin",
    "per:employee_of",
    "per:schools_attended",
    "per:alternate_names",
    "per:parents",
    "per:children",
    "per:siblings",
    "per:spouse",
    "per:other_family",
    "per:colleagues",
    "per:product",
    "per:religion",
    "per:title",
)

DP = (
    "NP",
    "NP_AJT",
    "VP",
    "NP_SBJ",
    "VP_MOD",
    "NP_OBJ",
    "AP",
    "NP_CNJ",
    "NP_MOD",
    "VNP",
    "DP",
    "VP_AJT",
    "VNP_MOD",
    "NP_CMP",
    "VP_SBJ",
    "VP_CMP",
    "VP_OBJ",
    "VNP_CMP",
    "AP_MOD",
    "X_AJT",
    "VP_CNJ",
    "VNP_AJT",
    "IP",
    "X",
    "X_SBJ",
    "VNP_OBJ",
    "VNP_SBJ",
    "X_OBJ",
    "AP_AJT",
    "L",
    "X_MOD",
    "X_CNJ",
    "VNP_CNJ",
    "X_CMP",
    "AP_CMP",
    "AP_SBJ",
    "R",
    "NP_SVJ",
)

MRC_QUESTION_TYPES = (1, 2, 3)
MRC_UNANSWERABLE_TYPE = 3

# Slot names from upstream's ontology.json, by domain.
_WOS_SLOTS = {
    "관광": ("경치 좋은", "교육적", "도보 가능", "문화 예술", "역사적", "이름", "종류", "주차 가능", "지역"),
    "숙소": (
        "가격대",
        "도보 가능",
        "수영장 유무",
        "스파 유무",
        "예약 기간",
        "예약 명수",
        "예약 요일",
        "이름",
        "인터넷 가능",
        "조식 가능",
        "종류",
        "주차 가능",
        "지역",
        "헬스장 유무",
        "흡연 가능",
    ),
    "식당": (
        "가격대",
        "도보 가능",
        "야외석 유무",
        "예약 명수",
        "예약 시간",
        "예약 요일",
        "이름",
        "인터넷 가능",
        "종류",
        "주류 판매",
        "주차 가능",
        "지역",
        "흡연 가능",
    ),
    "지하철": ("도착지", "출발 시간", "출발지"),
    "택시": ("도착 시간", "도착지", "종류", "출발 시간", "출발지"),
}
WOS_DOMAINS = tuple(_WOS_SLOTS)
WOS_SLOTS = tuple(f"{domain}-{slot}" for domain, slots in _WOS_SLOTS.items() for slot in slots)

OOD = (
    "fragment",
    "statement",
    "question",
    "command",
    "rhetorical question",
    "rhetorical command",
    "intonation-dependent utterance",
)
