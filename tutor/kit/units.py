"""Laboratory values in the units of the United States, where practice differs.

Factors follow from molar masses in g/mol: glucose 180.16, creatinine 113.1, bilirubin 584.7,
cholesterol 386.7; urea is reported there as its nitrogen (28.01).
Decimals are those at which a value outside its reference range still reads outside it.
"""

from __future__ import annotations

from tutor.kit.features import Conventional

GLUCOSE = Conventional("mg/dL", 18.016)
CREATININE = Conventional("mg/dL", 1 / 88.42, 2)
BILIRUBIN = Conventional("mg/dL", 1 / 17.1, 1)
UREA = Conventional("mg/dL (BUN)", 2.801, 1)
HAEMOGLOBIN = Conventional("g/dL", 0.1, 1)
LDL_CHOLESTEROL = Conventional("mg/dL", 38.67)
