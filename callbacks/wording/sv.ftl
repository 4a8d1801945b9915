### Textmeddelanden om återuppringning. Inga hälsouppgifter och inga namn.
### review: draft

booked = 1177: Vi ringer dig { $when }. { $cancel }
tried = 1177: Vi har ringt men inte fått tag i dig. { $again } { $cancel }
unreached = 1177: Vi har inte fått tag i dig på telefon. Ring 1177 när du kan.
cancelled = 1177: Din återuppringning är avbokad. Ring 1177 om du vill ha en ny.

part-today = idag mellan { $from } och { $to }
part-tomorrow = i morgon mellan { $from } och { $to }
part-date = den { $date } mellan { $from } och { $to }
part-again = Vi ringer igen omkring { $at }.
part-again-soon = Vi ringer snart igen.
part-reply = Svara AVBOKA om du inte vill bli uppringd.
part-ring = Ring 1177 om du inte vill bli uppringd.
part-summer = { $clock } (sommartid)
part-winter = { $clock } (normaltid)
