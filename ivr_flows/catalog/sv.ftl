### Swedish. Review state: machine-written draft, not reviewed by a native speaker, a nurse
### or the region. Spoken by a synthetic voice until recordings exist.
### Write numbers as spoken words: a voice reads 1177 as "one thousand one hundred ...".

-service = elva sjuttiosju
-emergency-number = ett ett två

## Before the language is known

welcome = Välkommen till { -service }.
# The most important sentence of all. Short, and complete in itself.
emergency = Vid livsfara, lägg på och ring { -emergency-number }.
# The key is part of the text; `.key` lets the menu be checked against it.
menu-choice = För svenska, tryck ett.
    .key = 1
wrong-key = Den knappen går inte att välja. Försök igen.

## In line

in-line = Du står i kö. Stanna kvar i luren, så svarar en sjuksköterska.

## Taken out of the line: we ring back, and hang up. Each is complete in itself.

# While many wait: said once, in line.
surge-high = Just nu är det många som ringer, och väntan är lång. Stanna kvar i luren, så svarar en sjuksköterska.
surge-crisis = Just nu är det väldigt många som ringer, och väntan är mycket lång. { emergency } Stanna annars kvar i luren. Du behåller din plats i kön.

# By a supervisor.
dismissed = En sjuksköterska ringer upp dig. Du kan lägga på nu. { emergency }
# The language line is closed.
closed-callback = Vi svarar inte på svenska just nu. En sjuksköterska ringer upp dig när vi öppnar. Du kan lägga på nu. { emergency }

## When our own software is out of work: Asterisk plays these alone

# Before the plain queue. Complete in itself.
fallback-wait = Du har kommit till { -service }. { emergency } Stanna annars kvar i luren, så svarar en sjuksköterska.
# The last resort, before hanging up.
closed-technical = Vi har ett tekniskt fel och kan inte svara just nu. { emergency } Ring annars igen om en liten stund.

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
