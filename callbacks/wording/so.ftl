### Fariimo ku saabsan dib u wicista. Xog caafimaad iyo magacyo midna kuma jiro.
### review: draft

booked = 1177: Waxaan ku soo wici doonnaa { $when }. { $cancel }
tried = 1177: Waan ku soo wacnay laakiin kuma helin. { $again } { $cancel }
unreached = 1177: Telefoonka kuguma helin. Wac 1177 markaad awoodo.
cancelled = 1177: Dib u wicistaada waa la baajiyay. Wac 1177 haddaad mid cusub rabto.

part-today = maanta inta u dhexeysa { $from } iyo { $to }
part-tomorrow = berri inta u dhexeysa { $from } iyo { $to }
part-date = { $date } inta u dhexeysa { $from } iyo { $to }
part-again = Waxaan mar kale ku soo wici doonnaa qiyaastii { $at }.
part-again-soon = Dhowaan ayaan mar kale ku soo wici doonnaa.
part-reply = Ku jawaab BAAJI haddaadan rabin in lagu soo waco.
part-ring = Wac 1177 haddaadan rabin in lagu soo waco.
part-summer = { $clock } (waqtiga xagaaga)
part-winter = { $clock } (waqtiga jiilaalka)
