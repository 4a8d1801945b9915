### Text messages about a call back. No health data and no names.
### review: draft

booked = 1177: We will ring you { $when }. { $cancel }
tried = 1177: We rang but could not reach you. { $again } { $cancel }
unreached = 1177: We could not reach you by phone. Ring 1177 when you can.
cancelled = 1177: Your call back is cancelled. Ring 1177 if you want a new one.

part-today = today between { $from } and { $to }
part-tomorrow = tomorrow between { $from } and { $to }
part-date = on { $date } between { $from } and { $to }
part-again = We will ring again at about { $at }.
part-again-soon = We will soon ring again.
part-reply = Reply CANCEL if you do not want to be rung.
part-ring = Ring 1177 if you do not want to be rung.
part-summer = { $clock } (summer time)
part-winter = { $clock } (winter time)
