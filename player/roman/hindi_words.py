"""Hindi words no rule of sounds can know: where they are put together, or come from."""

from __future__ import annotations

from typing import Final

from player.roman.compounds import table
from player.roman.letters import words

# Words from Persian and Arabic, often written without their dot, whose last vowel is silent.
SILENT: Final = words("""
    उम्र अक्ल शक्ल नक्ल जिक्र फिक्र कद्र इत्र मिस्र जश्न हम्द अज्म सद्र बद्र नज्म नज्र फख्र
    फज्र हिज्र तल्ख मुल्क हल्क खत्म गुस्ल फस्ल नस्ल अस्ल वस्ल हश्र अश्क कुफ्र सफ्र दफ्न जब्त
""")
# Words whose parts are spoken as if they stood alone; an ending may follow the last.
CUT: Final = table("""
    अ-सफल अ-समय अ-सहज अ-समर्थ अ-समान अ-सहमत अ-परिचित अ-पराध अ-परिमित अ-पराजित अ-पहरण अ-सहनीय
    अ-सरकारी अ-सहयोग अ-महत्व अ-विकसित अ-सहिष्णु अ-परंपरागत बे-कसूर बे-क़सूर बे-खबर बे-ख़बर
    बे-वजह बे-शरम बे-सबर बे-रहम बे-असर बे-कदर बे-शकल बे-नज़ीर बे-सहारा बे-गरज बे-ग़रज़
    बे-गुनाह बे-हिसाब बे-क़रार बे-करार बे-चारगी बे-फिकर ना-पसंद ना-समझ ना-लायक ना-कामयाब
    ला-जवाब ला-वारिस ला-परवाह ला-इलाज बद-नसीब बद-तमीज़ दो-पहर नजर-अंदाज नज़र-अंदाज़
    देश-द्रोह धोखा-धड़ी तन-ख्वाह दर-असल आम-दन प्रगति-शील मु-कदम गर्ल-फ्रेंड महा-सचिव
    महा-पुरुष अंध-कार परि-वहन एक्स-प्रेस लोक-प्रिय सॉफ्ट-वेयर सॉफ़्ट-वेयर हार्ड-वेयर
    परम-पिता जनम-दिन सह-मत सह-योग सह-नशील सह-कर्म सह-पाठ सह-यात्र पर-देस पर-देश पर-लोक
    पर-दादा पर-नाना नव-जात नव-वर्ष नव-युवक नव-युग मन-पसंद मन-मोहक मन-मोहन मन-मरज़ी मन-मर्ज़ी
    मन-गढ़ंत जल-परी वन-वास वन-देवी वन-मानुष हम-सफ़र हम-सफर हम-दर्द हम-उम्र रात-भर दिन-भर
    जीवन-भर घर-बार धन-दौलत कम-ज़ोर कम-जोर
""")
# Words that stand last in many compounds, however long the first.
LAST: Final = ("नगर", "महल", "भवन", "हरण")
# Words written out: parts cannot tell.
SPELT: Final = {
    "देवनागरी": "devanāgarī",
    "अहमदाबाद": "ahmadābād",
    "भगवती": "bhagvatī",
    "औसतन": "ausatan",
    "दोपहरी": "dopahrī",
    "शंकराचार्य": "śaṅkarācārya",
}
