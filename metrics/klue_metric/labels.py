"""Label sets and constants of the official scorer, each with its source.

A metric Space cannot import the package that builds the datasets, so the label orders stand here again;
a test compares them with the data's.
"""

from __future__ import annotations

from typing import Final

Names = tuple[str, ...]

# Label order of the published data (ClassLabel of the `klue` dataset), equal to KLUE-baseline's processors.
YNAT: Final[Names] = ("IT과학", "경제", "사회", "생활문화", "세계", "스포츠", "정치")
NLI: Final[Names] = ("entailment", "neutral", "contradiction")

# Six entity types, each with B- at an even id and I- after it, then O.
ENTITY_TYPES: Final[Names] = ("DT", "LC", "OG", "PS", "QT", "TI")
NER: Final[Names] = (*(f"{prefix}-{kind}" for kind in ENTITY_TYPES for prefix in "BI"), "O")

# klue-re-v1.1/relation_list.json.
RE: Final[Names] = (
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

# KLUE-baseline, data/klue_dp.py, get_dep_labels: the order decides which labels count as `others`.
DP: Final[Names] = (
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
# KLUE-baseline, metrics/functional.py, klue_dp_las_macro_f1, others_idx.
DP_OTHERS_FROM: Final = 15

# KLUE-baseline, metrics/utils.py, KLUE_MRC_NUM_QUESTION_TYPE; the data counts them from 1.
MRC_QUESTION_TYPES: Final = 3

# 3i4K's label ids 0 to 6 in upstream order; not a KLUE task.
OOD: Final[Names] = (
    "fragment",
    "statement",
    "question",
    "command",
    "rhetorical question",
    "rhetorical command",
    "intonation-dependent utterance",
)
