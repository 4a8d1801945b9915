### Arabic (Modern Standard). Review state: machine-written draft, not reviewed by a native
### speaker. Fully vowelled on purpose: the synthetic voice loses every vowel that is not
### written. Keep the diacritics. Numbers are in pausal form, digit by digit. The wording
### avoids what that voice misreads: a silent alif inside a phrase, as in plural imperatives
### and after a prefixed preposition.

-service = وَاحِدْ وَاحِدْ سَبْعَة سَبْعَة
-emergency-number = وَاحِدْ وَاحِدْ اِثْنَيْنْ

welcome = مَرْحَبًا بِكُمْ فِي الرَّقْمِ { -service }.
emergency = إِذَا كَانَتْ حَيَاةٌ فِي خَطَرٍ، أَنْهِ الْمُكَالَمَةَ، ثُمَّ اتَّصِلْ بِرَقْمِ { -emergency-number }.
menu-choice = لِلْعَرَبِيَّةِ، اِضْغَطْ أَرْبَعَة.
    .key = 4
wrong-key = لَا يُمْكِنُ اخْتِيَارُ هَذَا الرَّقْمِ. حَاوِلْ مَرَّةً أُخْرَى.

in-line = أَنْتَ الْآنَ فِي الطَّابُورِ. اِبْقَ عَلَى الْخَطِّ، وَسَوْفَ يُجِيبُكَ أَحَدُ الْمُمَرِّضِينَ.

surge-high = يَتَّصِلُ الْآنَ كَثِيرٌ مِنَ النَّاسِ، وَالِانْتِظَارُ طَوِيلٌ. اِبْقَ عَلَى الْخَطِّ، وَسَوْفَ يُجِيبُكَ أَحَدُ الْمُمَرِّضِينَ.
surge-crisis = يَتَّصِلُ الْآنَ كَثِيرٌ جِدًّا مِنَ النَّاسِ، وَالِانْتِظَارُ طَوِيلٌ جِدًّا. { emergency } فِي غَيْرِ ذَلِكَ، اِبْقَ عَلَى الْخَطِّ. مَكَانُكَ فِي الدَّوْرِ مَحْفُوظٌ.

dismissed = سَوْفَ يَتَّصِلُ بِكَ أَحَدُ الْمُمَرِّضِينَ. يُمْكِنُكَ الْآنَ إِنْهَاءُ الْمُكَالَمَةِ. { emergency }
closed-callback = لَا نَرُدُّ بِالْعَرَبِيَّةِ الْآنَ. سَوْفَ يَتَّصِلُ بِكَ أَحَدُ الْمُمَرِّضِينَ عِنْدَ بَدْءِ الْعَمَلِ. يُمْكِنُكَ الْآنَ إِنْهَاءُ الْمُكَالَمَةِ. { emergency }

fallback-wait = أَنْتَ تَتَّصِلُ بِرَقْمِ { -service }. { emergency } فِي غَيْرِ ذَلِكَ، اِبْقَ عَلَى الْخَطِّ، وَسَوْفَ يُجِيبُكَ أَحَدُ الْمُمَرِّضِينَ.
closed-technical = لَدَيْنَا عُطْلٌ تِقْنِيٌّ، وَلَا نَسْتَطِيعُ الرَّدَّ الْآنَ. { emergency } فِي غَيْرِ ذَلِكَ، حَاوِلْ مَرَّةً أُخْرَى بَعْدَ قَلِيلٍ.
