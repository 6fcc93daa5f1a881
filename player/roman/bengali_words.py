"""Bengali words no rule of sounds can know, and the forms of the common verbs."""

from __future__ import annotations

from typing import Final

from player.roman.letters import words

# Words whose closing vowel sounds although the rule would drop it.
KEPT: Final = words("""
    কত এত যত তত শত মত গত হত রত নত ছোট বড় ভাল যেন কেন হেন নব সম তব মম ঘন গেল এল হল ছিল দিল নিল
    খেল পেল শুল দ্রুত এগার বার তের চোদ্দ পনের ষোল সতের আঠার নেব দেব যাব খাব পাব শোব
""")
# Words whose closing vowel is silent although the rule would keep it.
DROPPED: Final = words("""
    দেয় নেয় পণ্ডিত উচিত সহিত ইঙ্গিত গণিত সঙ্গীত ললিত রোহিত অজিত পার্ক ব্যাংক ব্যাঙ্ক লিস্ট টেস্ট
    পোস্ট উত্তম উত্তর কাতর ভিতর ইতর শাহ বাহ আহ দৌড় গৌড় চৈত শৌচ
""")
CUT: Final[dict[str, tuple[str, ...]]] = {}

_ROOTS = words("""
    কর বল চল দেখ শুন বস উঠ ধর পড় রাখ মার হাস কাঁদ ভাব জান থাক আন ডাক খুঁজ লাগ ফেল তুল খুল ছাড়
    লিখ শিখ মিল ফির ঘুর নাম কাট বাঁধ বাঁচ মর হার জিত খেল নাচ জাগ ঢাল ঢুক বুঝ পুছ মান সর নড় গড় চড় ঝর
    ভর জ্বল গল টান ঠেল ছুট জুট কুট লুট ভাঙ সাজ বাজ রাঁধ আঁক হাঁট কিন চিন গুন বুন পার ছিঁড় উড় ডুব ভাস ফুট
    ফাট জম থাম কাঁপ নিভ মুছ ঘষ চুষ পুড় গিল
""")
_ENDINGS = words("""
    ল লে লাম লেন লি লো ত তে তাম তেন তিস ব বে বো বেন বি ছ ছে ছি ছেন ছিল ছিলাম ছিলেন ছিলে
""")
VERB_FORMS: Final = frozenset(root + ending for root in _ROOTS for ending in _ENDINGS)
