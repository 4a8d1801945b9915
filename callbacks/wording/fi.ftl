### Tekstiviestit takaisinsoitosta. Ei terveystietoja eikä nimiä.
### review: draft

booked = 1177: Soitamme sinulle { $when }. { $cancel }
tried = 1177: Soitimme, mutta emme tavoittaneet sinua. { $again } { $cancel }
unreached = 1177: Emme tavoittaneet sinua puhelimella. Soita 1177, kun voit.
cancelled = 1177: Takaisinsoittosi on peruttu. Soita 1177, jos haluat uuden.

part-today = tänään klo { $from }–{ $to }
part-tomorrow = huomenna klo { $from }–{ $to }
part-date = { $date } klo { $from }–{ $to }
part-again = Soitamme uudelleen noin klo { $at }.
part-again-soon = Soitamme pian uudelleen.
part-reply = Vastaa PERU, jos et halua, että soitamme.
part-ring = Soita 1177, jos et halua, että soitamme.
part-summer = { $clock } (kesäaikaa)
part-winter = { $clock } (talviaikaa)
