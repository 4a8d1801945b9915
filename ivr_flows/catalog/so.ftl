### Somali. Machine-written, not reviewed by a native speaker.
### review: draft
### No synthetic voice speaks Somali: until these are recorded, callers hear three tones and
### an English line (`.stand-in` where the English prompt would say something else). The
### recordings are needed before the Somali line opens to the public.

-service = kow, kow, toddoba, toddoba
-emergency-number = kow, kow, laba

## Before the line

welcome = Ku soo dhowow { -service }.
emergency = Haddii nafi khatar ku jirto, taleefanka dhig oo wac { -emergency-number }.
menu-choice = Af-Soomaali, riix shan.
    .key = 5
    .stand-in = For Somali, press five.
other-language = Luqado kale, riix lix.
    .key = 6
sign-or-text = Luqadda dhegoolaha iyo qoraalka, riix toddoba.
    .key = 7
wrong-key = Lambarkaas lama dooran karo. Fadlan isku day mar kale.

welcome-staff = Ku soo dhowow khadka shaqaalaha daryeelka.
welcome-relay = Ku soo dhowow { -service }. Khadkani waa kan taleefanka muuqaalka iyo taleefanka qoraalka.
switchboard = Taleefanka guud ee isbitaalka, riix sagaal.
    .key = 9

relay-text = Haddii aad isticmaasho taleefanka qoraalka, wac lambarkan:
relay-sign = Haddii aad isticmaasho luqadda dhegoolaha, nagu soo wac adeegga Bildtelefoni. Turjubaan ayaa sidoo kale wicitaanka ka qayb geli kara.

## Who answers

interpreter-follows = Kalkaaliye caafimaad iyo turjubaan ayaa kuu jawaabi doona.
closed-interpreter = Khadka af-Soomaaligu hadda waa xiran yahay. Kalkaaliye caafimaad iyo turjubaan ayaa kuu jawaabi doona.
closed-language = Khadka af-Soomaaligu hadda waa xiran yahay. Kalkaaliye caafimaad ayaa af-Iswiidhish kuugu jawaabi doona.
opens-weekday = Khadku wuxuu furmayaa { $weekday ->
    [1] Isniinta
    [2] Talaadada
    [3] Arbacada
    [4] Khamiista
    [5] Jimcaha
    [6] Sabtida
   *[other] Axadda
}.
opens-hour = { part-hour }.
part-hour = { $hour ->
    [0] Saqda dhexe
    [1] Saacadda kowda habeennimo
    [2] Saacadda labada habeennimo
    [3] Saacadda saddexda habeennimo
    [4] Saacadda afarta subaxnimo
    [5] Saacadda shanta subaxnimo
    [6] Saacadda lixda subaxnimo
    [7] Saacadda toddobada subaxnimo
    [8] Saacadda siddeedda subaxnimo
    [9] Saacadda sagaalka subaxnimo
    [10] Saacadda tobanka subaxnimo
    [11] Saacadda kow iyo tobanka subaxnimo
    [12] Saacadda laba iyo tobanka duhurnimo
    [13] Saacadda kowda duhurnimo
    [14] Saacadda labada duhurnimo
    [15] Saacadda saddexda galabnimo
    [16] Saacadda afarta galabnimo
    [17] Saacadda shanta galabnimo
    [18] Saacadda lixda fiidnimo
    [19] Saacadda toddobada fiidnimo
    [20] Saacadda siddeedda fiidnimo
    [21] Saacadda sagaalka habeennimo
    [22] Saacadda tobanka habeennimo
   *[other] Saacadda kow iyo tobanka habeennimo
}

## In line

in-line = Waxaad ku jirtaa safka. Taleefanka ha dhigin, kalkaaliye caafimaad ayaa kuu jawaabi doona.
recording = Wicitaankan waa la duubayaa, wuxuuna ka mid noqonayaa diiwaankaaga caafimaadka.
red-flag = Ma ku saabsan tahay ilmo ka yar hal sano, xabad xanuun, ama weji ama gacan si lama filaan ah u daciiftay? Riix kow. Haddii kale, sug.
red-flag-112 = Taleefanka dhig oo hadda wac { -emergency-number }. Haddii aad sugto, safka hore ayaan kuu soo dhaqaajinaynaa.
self-care = Inta aad sugayso, talo waxaad ka akhrisan kartaa bogga { -service }, dhibic se.
reminder-112 = Haddii xaaladdu ka sii darto, taleefanka dhig oo wac { -emergency-number }.
still-in-line = Weli waxaad ku jirtaa safka.
repeat-hint = Si aad mar kale u maqasho, riix xiddigta.

surge-high = Hadda dad badan ayaa soo wacaya, sugitaankuna waa dheer yahay. Taleefanka ha dhigin, kalkaaliye caafimaad ayaa kuu jawaabi doona.
surge-crisis = Hadda dad aad u badan ayaa soo wacaya, sugitaankuna aad ayuu u dheer yahay. { emergency } Haddii kale, taleefanka ha dhigin. Kaalintaada safka waad haysanaysaa.

## Place and wait. A place is an ordinal. A range is joined by "ilaa" (to), never by "iyo"
## (and): "shan iyo toban" is fifteen.

place = Safka waxaad ka tahay qofka { part-place }.
part-place = { $place ->
    [1] kowaad
    [2] labaad
    [3] saddexaad
    [4] afaraad
    [5] shanaad
    [6] lixaad
    [7] toddobaad
    [8] siddeedaad
    [9] sagaalaad
    [10] tobnaad
    [11] kow iyo tobnaad
    [12] laba iyo tobnaad
    [13] saddex iyo tobnaad
    [14] afar iyo tobnaad
    [15] shan iyo tobnaad
    [16] lix iyo tobnaad
    [17] toddoba iyo tobnaad
    [18] siddeed iyo tobnaad
    [19] sagaal iyo tobnaad
    [20] labaatanaad
    [21] kow iyo labaatanaad
    [22] laba iyo labaatanaad
    [23] saddex iyo labaatanaad
    [24] afar iyo labaatanaad
    [25] shan iyo labaatanaad
    [26] lix iyo labaatanaad
    [27] toddoba iyo labaatanaad
    [28] siddeed iyo labaatanaad
    [29] sagaal iyo labaatanaad
   *[other] soddonaad
}
place-many = Ugu yaraan soddon qof ayaa safka kaaga horreeya.
wait-soon = Dhowaan ayaa laguu jawaabi doonaa.
wait-range = Sugitaanku waa qiyaastii { part-low } ilaa { part-high }.
wait-up-to = Sugitaanku wuxuu gaari karaa { part-high }.
wait-beyond = Sugitaanku wuxuu ka badnaan karaa saddex saacadood.
wait-unknown = Hadda ma garanayno inta uu sugitaanku qaadan doono.

# The unit is left out where the far end has the same one; "hal saac" is always whole.
part-low = { $high ->
    [60] { part-low-or-hours }
    [90] { part-low-or-hours }
    [120] { part-low-or-hours }
    [180] { part-low-or-hours }
   *[other] { part-low-number }
}
part-low-or-hours = { $low ->
    [60] hal saac
    [90] hal saac iyo bar
    [120] laba
   *[other] { part-low-number } daqiiqo
}
part-low-number = { $low ->
    [1] hal
    [2] laba
    [3] saddex
    [5] shan
    [8] siddeed
    [10] toban
    [15] shan iyo toban
    [20] labaatan
    [30] soddon
   *[other] shan iyo afartan
}
part-high = { $high ->
    [60] hal saac
    [90] hal saac iyo bar
    [120] laba saacadood
    [180] saddex saacadood
   *[other] { part-high-number } daqiiqo
}
part-high-number = { $high ->
    [1] hal
    [2] laba
    [3] saddex
    [5] shan
    [8] siddeed
    [10] toban
    [15] shan iyo toban
    [20] labaatan
    [30] soddon
   *[other] shan iyo afartan
}

wait-grown-overtaken = Qof caawimo degdeg ah u baahan ayaa kaa hor maray. Sidaa darteed sugitaanku waa dheeraaday.
wait-grown-fewer-nurses = Tirada kalkaaliyeyaasha hadda jawaabaya way yaraatay. Sidaa darteed sugitaanku waa dheeraaday.
wait-grown-overrun = Wicitaannada kaa horreeya ayaa qaadanaya waqti ka badan sidii caadiga ahayd. Sidaa darteed sugitaanku waa dheeraaday.

## To keep the place and be rung back

keep-offer = Riix kow si aad kaalintaada u haysato, dibna waan kuu soo wici doonnaa.
keep-number = Waxaan soo wici doonnaa lambarkan:
keep-confirm = Haddii uu sax yahay, riix kow. Lambar kale, riix laba. Si aad safka ugu sii jirto, riix saddex.
keep-type = Garaac lambarka taleefanka, koodhka aagga ku horrayso. Ugu dambayn riix calaamadda hash.
keep-bad-number = Lambarkaas ma wici karno. Fadlan isku day mar kale.
keep-kept = Kaalintaada waa laguu hayaa. Kalkaaliye caafimaad ayaa dib kuu soo wici doona. Hadda taleefanka waad dhigi kartaa. { emergency }
keep-refused = Taasi ma suurtoobin. Weli waxaad ku jirtaa safka, kaalintaaduna isma beddelin.

digit = { $digit ->
    [0] eber
    [1] kow
    [2] laba
    [3] saddex
    [4] afar
    [5] shan
    [6] lix
    [7] toddoba
    [8] siddeed
   *[other] sagaal
}
digit-plus = plas

## Taken out of the line

dismissed = Kalkaaliye caafimaad ayaa dib kuu soo wici doona. Hadda taleefanka waad dhigi kartaa. { emergency }
closed-callback = Hadda af-Soomaali kuma jawaabno. Marka aan furno, kalkaaliye caafimaad ayaa dib kuu soo wici doona. Hadda taleefanka waad dhigi kartaa. { emergency }
    .stand-in = We do not answer in Somali just now. A nurse will call you back when we open. You can hang up now. If life is in danger, hang up and dial one one two.

## We ring back

callback-ready = Halkani waa { -service }. Booskaagii safka waa laguu hayay. Riix kow marka aad diyaar u tahay inaad la hadasho kalkaaliye caafimaad. Riix laba haddii qof kale jawaabay.
callback-again = Mar kale ayaan isku dayi doonnaa. Waxaad sidoo kale wici kartaa { -service }.
callback-machine = Halkani waa { -service }. Waxaan isku daynay inaan ku helno. Waqti kasta waad na soo wici kartaa. { emergency }
callback-wrong-person = Waan ka xunnahay, lambar khaldan ayaan wacnay. Nabad gelyo.

## After the call

survey-ask = Ma jeclaan lahayd inaad ka jawaabto laba su'aalood oo gaagaaban? Magacaaga lama kaydinayo. Haddii aad rabto, riix kow. Haddii kale taleefanka waad dhigi kartaa.
survey-recommend = Intee bay u badan tahay inaad adeeggan dad kale kula taliso? Riix lambar u dhexeeya kow ilaa shan. Kow waa maya, haba yaraatee. Shan waa haa, hubaal.
survey-helped = Ma heshay caawimadii aad u baahnayd? Riix lambar u dhexeeya kow ilaa shan. Kow waa maya, haba yaraatee. Shan waa haa, si buuxda.
survey-thanks = Waad ku mahadsan tahay jawaabahaaga. Nabad gelyo.

## When our own software is out of work

fallback-wait = Waxaad soo wacday { -service }. { emergency } Haddii kale, taleefanka ha dhigin, kalkaaliye caafimaad ayaa kuu jawaabi doona.
