### Swedish. Machine-written, not reviewed by a native speaker, a nurse or the region.
### review: draft
### Spoken by a synthetic voice until recordings exist.
### Write numbers as spoken words: a voice reads 1177 as "one thousand one hundred ...".

-service = elva sjuttiosju
-emergency-number = ett ett två

## Before the line. All that is heard here must take less than 25 seconds.

welcome = Välkommen till { -service }.
# The most important sentence of all. Short, and complete in itself.
emergency = Vid livsfara, lägg på och ring { -emergency-number }.
# The key is part of the text; `.key` lets the menu be checked against it.
menu-choice = För svenska, tryck ett.
    .key = 1
# In the menu it is spoken in English.
other-language = Andra språk tryck sex.
    .key = 6
sign-or-text = Teckenspråk och text tryck sju.
    .key = 7
wrong-key = Den knappen går inte att välja. Försök igen.

# The line for home care and safety alarms.
welcome-staff = Välkommen till linjen för vårdpersonal.
# Video and text relay services.
welcome-relay = Välkommen till { -service }. Det här är linjen för bildtelefoni och texttelefoni.
# Emergency departments.
switchboard = Till sjukhusets växel, tryck nio.
    .key = 9

# The digits of the number follow.
relay-text = Har du texttelefon, ring det här numret:
relay-sign = Använder du teckenspråk, ring oss genom Bildtelefoni. En tolk kan också vara med i samtalet.

## Who answers

interpreter-follows = En sjuksköterska svarar tillsammans med en tolk.
closed-interpreter = Linjen på ditt språk är stängd just nu. En sjuksköterska svarar tillsammans med en tolk.
closed-language = Linjen på ditt språk är stängd just nu. En sjuksköterska svarar på svenska.
opens-weekday = Linjen öppnar på { $weekday ->
    [1] måndag
    [2] tisdag
    [3] onsdag
    [4] torsdag
    [5] fredag
    [6] lördag
   *[other] söndag
}.
opens-hour = { part-hour }.
part-hour = { $hour ->
    [0] Vid midnatt
    [1] Klockan ett på natten
    [2] Klockan två på natten
    [3] Klockan tre på natten
    [4] Klockan fyra på natten
    [5] Klockan fem på morgonen
    [6] Klockan sex på morgonen
    [7] Klockan sju på morgonen
    [8] Klockan åtta på morgonen
    [9] Klockan nio på förmiddagen
    [10] Klockan tio på förmiddagen
    [11] Klockan elva på förmiddagen
    [12] Klockan tolv på dagen
    [13] Klockan ett på eftermiddagen
    [14] Klockan två på eftermiddagen
    [15] Klockan tre på eftermiddagen
    [16] Klockan fyra på eftermiddagen
    [17] Klockan fem på eftermiddagen
    [18] Klockan sex på kvällen
    [19] Klockan sju på kvällen
    [20] Klockan åtta på kvällen
    [21] Klockan nio på kvällen
    [22] Klockan tio på kvällen
   *[other] Klockan elva på kvällen
}

## In line

in-line = Du står i kö. Stanna kvar i luren, så svarar en sjuksköterska.
recording = Samtalet spelas in och blir en del av din journal.
red-flag = Gäller det ett barn under ett år, ont i bröstet, eller plötslig svaghet i ansiktet eller en arm? Tryck ett. Vänta annars.
red-flag-112 = Lägg på och ring { -emergency-number } nu. Om du stannar kvar, får du gå före i kön.
self-care = Medan du väntar kan du läsa råd på { -service } punkt se.
reminder-112 = Om det blir värre, lägg på och ring { -emergency-number }.
still-in-line = Du står kvar i kön.
repeat-hint = Tryck stjärna för att höra det igen.

# While many wait: said once, in line.
surge-high = Just nu är det många som ringer, och väntan är lång. Stanna kvar i luren, så svarar en sjuksköterska.
surge-crisis = Just nu är det väldigt många som ringer, och väntan är mycket lång. { emergency } Stanna annars kvar i luren. Du behåller din plats i kön.

## Place and wait. Minutes and hours are those of `ivr_flows/domains.py`, and no others.

place = { $place ->
    [1] Du är först i kön.
   *[other] Du är nummer { part-place } i kön.
}
part-place = { $place ->
    [2] två
    [3] tre
    [4] fyra
    [5] fem
    [6] sex
    [7] sju
    [8] åtta
    [9] nio
    [10] tio
    [11] elva
    [12] tolv
    [13] tretton
    [14] fjorton
    [15] femton
    [16] sexton
    [17] sjutton
    [18] arton
    [19] nitton
    [20] tjugo
    [21] tjugoett
    [22] tjugotvå
    [23] tjugotre
    [24] tjugofyra
    [25] tjugofem
    [26] tjugosex
    [27] tjugosju
    [28] tjugoåtta
    [29] tjugonio
   *[other] trettio
}
place-many = Minst trettio personer står före dig i kön.
wait-soon = Det är snart din tur.
wait-range = Väntan är ungefär { part-low } till { part-high }.
wait-up-to = Väntan är upp till { part-high }.
wait-beyond = Väntan kan bli mer än tre timmar.
wait-unknown = Just nu vet vi inte hur lång väntan blir.

# The unit is left out where the far end has the same one.
part-low = { $high ->
    [60] { part-low-or-hours }
    [90] { part-low-or-hours }
    [120] { part-low-or-hours }
    [180] { part-low-or-hours }
   *[other] { part-low-number }
}
part-low-or-hours = { $low ->
    [60] en
    [90] en och en halv
    [120] två
   *[other] { part-low-number } minuter
}
part-low-number = { $low ->
    [1] en
    [2] två
    [3] tre
    [5] fem
    [8] åtta
    [10] tio
    [15] femton
    [20] tjugo
    [30] trettio
   *[other] fyrtiofem
}
part-high = { $high ->
    [60] en timme
    [90] en och en halv timme
    [120] två timmar
    [180] tre timmar
   *[other] { part-high-minutes }
}
part-high-minutes = { $high ->
    [one] { part-high-number } minut
   *[other] { part-high-number } minuter
}
part-high-number = { $high ->
    [1] en
    [2] två
    [3] tre
    [5] fem
    [8] åtta
    [10] tio
    [15] femton
    [20] tjugo
    [30] trettio
   *[other] fyrtiofem
}

# Said before the new wait, when it has grown.
wait-grown-overtaken = Någon som behöver hjälp snabbare har fått gå före. Därför har väntan blivit längre.
wait-grown-fewer-nurses = Färre sjuksköterskor svarar just nu. Därför har väntan blivit längre.
wait-grown-overrun = Samtalen före dig tar längre tid än vanligt. Därför har väntan blivit längre.

## To keep the place and be rung back

keep-offer = Tryck ett, så behåller du din plats och vi ringer upp dig.
# The digits of the number follow.
keep-number = Vi ringer upp det här numret:
keep-confirm = Tryck ett om det stämmer, två för ett annat nummer, tre för att stanna kvar i kön.
keep-type = Slå telefonnumret, med riktnumret först. Avsluta med fyrkant.
keep-bad-number = Det numret kan vi inte ringa. Försök igen.
# Complete in itself: the caller hangs up.
keep-kept = Din plats är sparad. En sjuksköterska ringer upp dig. Du kan lägga på nu. { emergency }
keep-refused = Det gick inte. Du står kvar i kön, på samma plats som förut.

# One digit of a telephone number.
digit = { $digit ->
    [0] noll
    [1] ett
    [2] två
    [3] tre
    [4] fyra
    [5] fem
    [6] sex
    [7] sju
    [8] åtta
   *[other] nio
}
digit-plus = plus

## Taken out of the line: we ring back, and hang up. Each is complete in itself.

# By a supervisor.
dismissed = En sjuksköterska ringer upp dig. Du kan lägga på nu. { emergency }
# The language line is closed.
closed-callback = Vi svarar inte på svenska just nu. En sjuksköterska ringer upp dig när vi öppnar. Du kan lägga på nu. { emergency }

## We ring back

# Whoever kept the place answers, or somebody else does, or a machine.
callback-ready = Det här är { -service }. Du har behållit din plats i kön. Tryck ett när du är redo att prata med en sjuksköterska. Tryck två om någon annan har svarat.
# Nobody has pressed a key: it may be a machine, which is told nothing about anybody.
callback-again = Vi försöker igen. Du kan också ringa { -service }.
# A nurse has heard an answering machine. Others may listen to it: nothing about the patient.
callback-machine = Det här är { -service }. Vi har försökt nå dig. Du kan ringa oss när som helst. { emergency }
callback-wrong-person = Förlåt, vi har ringt fel. Hej då.

## After the call

survey-ask = Vill du svara på två korta frågor? Svaren är anonyma. Tryck ett om du vill. Annars kan du lägga på.
survey-recommend = Hur troligt är det att du skulle rekommendera { -service }? Tryck en siffra från ett till fem. Ett är inte alls troligt, fem är mycket troligt.
survey-helped = Fick du den hjälp som du behövde? Tryck en siffra från ett till fem. Ett är inte alls, fem är helt och hållet.
survey-thanks = Tack för dina svar. Hej då.

## When our own software is out of work: Asterisk plays these alone

# Before the plain queue. Complete in itself.
fallback-wait = Du har kommit till { -service }. { emergency } Stanna annars kvar i luren, så svarar en sjuksköterska.

## For nurses: what a feature code did. Only in Swedish.

nurse-signed-in = Du är inloggad.
nurse-signed-in-some = Du är inloggad med de språk som du har valt.
nurse-ready = Du är ledig och får samtal.
nurse-paused = Du är pausad och får inga samtal.
nurse-signed-out = Du är utloggad.
# A wrap-up has a longest length, and she may have none: the text promises neither.
nurse-extended = Är du i efterarbete, så är det förlängt.
nurse-refused = Det gick inte. Ingenting har ändrats.
nurse-backup = Reservläge. Du är ledig och får samtal.
nurse-backup-noted = Reservläge. Det är noterat.

# A supervisor speaks a message to callers in: `callcenter/asterisk/message_codes.py`.
nurse-message-pin = Slå din kod. Avsluta med fyrkant.
nurse-message-entry = Vilken ingång gäller det? Slå noll för alla, eller ingångens nummer.
nurse-message-speak = Tala in meddelandet efter tonen. Avsluta med fyrkant.
nurse-message-confirm = Tryck ett för att spara, två för att tala in igen, tre för att ta bort.
# Four hours are `LASTS` there.
nurse-message-kept = Meddelandet är sparat. Det spelas i fyra timmar.
nurse-message-dropped = Meddelandet är borttaget.
nurse-message-refused = Det gick inte. Inget meddelande är sparat.

# A callback: before the patient is rung, or why she is not on the phone.
nurse-callback-medical = Återuppringning, bokad av en sjuksköterska.
nurse-callback-kept = Återuppringning, sparad plats i kön.
nurse-language-sv = På svenska.
nurse-language-fi = På finska.
nurse-language-en = På engelska.
nurse-language-ar = På arabiska.
nurse-language-so = På somaliska.
nurse-callback-ring = Tryck ett för att ringa upp nu, eller vänta.
nurse-callback-no-answer = Ingen svarade.
nurse-callback-busy = Det var upptaget.
nurse-callback-invalid = Numret finns inte.
nurse-callback-failed = Det gick inte att ringa.
nurse-callback-settled = Det är noterat.
nurse-callback-none = Det finns ingen återuppringning att avsluta.
