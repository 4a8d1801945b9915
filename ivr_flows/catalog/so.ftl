### Somali. Review state: machine-written draft, not reviewed by a native speaker.
### No synthetic voice speaks Somali: until these are recorded, callers hear three tones and
### an English line (`.stand-in` where the English prompt would say something else). The
### recordings are needed before the Somali line opens to the public.

-service = kow, kow, toddoba, toddoba
-emergency-number = kow, kow, laba

welcome = Ku soo dhowow { -service }.
emergency = Haddii nafi khatar ku jirto, taleefanka dhig oo wac { -emergency-number }.
menu-choice = Af-Soomaali, riix shan.
    .key = 5
    .stand-in = For Somali, press five.
wrong-key = Lambarkaas lama dooran karo. Fadlan isku day mar kale.

in-line = Waxaad ku jirtaa safka. Taleefanka ha dhigin, kalkaaliye caafimaad ayaa kuu jawaabi doona.

surge-high = Hadda dad badan ayaa soo wacaya, sugitaankuna waa dheer yahay. Taleefanka ha dhigin, kalkaaliye caafimaad ayaa kuu jawaabi doona.
surge-crisis = Hadda dad aad u badan ayaa soo wacaya, sugitaankuna aad ayuu u dheer yahay. { emergency } Haddii kale, taleefanka ha dhigin. Kaalintaada safka waad haysanaysaa.

dismissed = Kalkaaliye caafimaad ayaa dib kuu soo wici doona. Hadda taleefanka waad dhigi kartaa. { emergency }
closed-callback = Hadda af-Soomaali kuma jawaabno. Marka aan furno, kalkaaliye caafimaad ayaa dib kuu soo wici doona. Hadda taleefanka waad dhigi kartaa. { emergency }
    .stand-in = We do not answer in Somali just now. A nurse will call you back when we open. You can hang up now. If life is in danger, hang up and dial one one two.

fallback-wait = Waxaad soo wacday { -service }. { emergency } Haddii kale, taleefanka ha dhigin, kalkaaliye caafimaad ayaa kuu jawaabi doona.
closed-technical = Cilad farsamo ayaa jirta, hadda mana jawaabi karno. { emergency } Haddii kale, mar dambe soo wac.
