### English. Machine-written, not reviewed by a native speaker.
### review: draft

-service = eleven seventy-seven
-emergency-number = one one two

## Before the line

welcome = Welcome to { -service }.
emergency = If life is in danger, hang up and dial { -emergency-number }.
menu-choice = For English, press three.
    .key = 3
other-language = Other languages press six.
    .key = 6
sign-or-text = Sign language and text press seven.
    .key = 7
wrong-key = You cannot choose that key. Please try again.

welcome-staff = Welcome to the line for care staff.
welcome-relay = Welcome to { -service }. This is the line for video relay and text relay.
switchboard = For the hospital's switchboard, press nine.
    .key = 9

relay-text = If you use a text phone, dial this number:
relay-sign = If you use sign language, call us through Bildtelefoni. An interpreter can also join the call.

## Who answers

interpreter-follows = A nurse will answer, together with an interpreter.
closed-interpreter = The line in your language is closed just now. A nurse will answer, together with an interpreter.
closed-language = The line in your language is closed just now. A nurse will answer in Swedish.
opens-weekday = The line opens on { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[other] Sunday
}.
opens-hour = { part-hour }.
part-hour = { $hour ->
    [0] At midnight
    [1] At one at night
    [2] At two at night
    [3] At three at night
    [4] At four in the morning
    [5] At five in the morning
    [6] At six in the morning
    [7] At seven in the morning
    [8] At eight in the morning
    [9] At nine in the morning
    [10] At ten in the morning
    [11] At eleven in the morning
    [12] At twelve noon
    [13] At one in the afternoon
    [14] At two in the afternoon
    [15] At three in the afternoon
    [16] At four in the afternoon
    [17] At five in the afternoon
    [18] At six in the evening
    [19] At seven in the evening
    [20] At eight in the evening
    [21] At nine in the evening
    [22] At ten in the evening
   *[other] At eleven at night
}

## In line

in-line = You are in the queue. Please stay on the phone, and a nurse will answer.
recording = This call is recorded and becomes a part of your medical record.
red-flag = Is it about a child under one year, chest pain, or sudden weakness in the face or an arm? Press one. Otherwise wait.
red-flag-112 = Hang up and dial { -emergency-number } now. If you stay, we move you forward in the queue.
self-care = While you wait, you can read advice at { -service } dot S E.
reminder-112 = If it gets worse, hang up and dial { -emergency-number }.
still-in-line = You are still in the queue.
repeat-hint = Press star to hear it again.

surge-high = Many people are calling just now, and the wait is long. Please stay on the phone, and a nurse will answer.
surge-crisis = Very many people are calling just now, and the wait is very long. { emergency } Otherwise please stay on the phone. You keep your place in the queue.

## Place and wait

place = { $place ->
    [1] You are first in the queue.
   *[other] You are number { part-place } in the queue.
}
part-place = { $place ->
    [2] two
    [3] three
    [4] four
    [5] five
    [6] six
    [7] seven
    [8] eight
    [9] nine
    [10] ten
    [11] eleven
    [12] twelve
    [13] thirteen
    [14] fourteen
    [15] fifteen
    [16] sixteen
    [17] seventeen
    [18] eighteen
    [19] nineteen
    [20] twenty
    [21] twenty-one
    [22] twenty-two
    [23] twenty-three
    [24] twenty-four
    [25] twenty-five
    [26] twenty-six
    [27] twenty-seven
    [28] twenty-eight
    [29] twenty-nine
   *[other] thirty
}
place-many = At least thirty people are before you in the queue.
wait-soon = It is your turn soon.
wait-range = The wait is about { part-low } to { part-high }.
wait-up-to = The wait is up to { part-high }.
wait-beyond = The wait may be more than three hours.
wait-unknown = Just now we do not know how long the wait will be.

# The unit is left out where the far end has the same one.
part-low = { $high ->
    [60] { part-low-or-hours }
    [90] { part-low-or-hours }
    [120] { part-low-or-hours }
    [180] { part-low-or-hours }
   *[other] { part-low-number }
}
part-low-or-hours = { $low ->
    [60] one
    [90] one and a half
    [120] two
   *[other] { part-low-number } minutes
}
part-low-number = { $low ->
    [1] one
    [2] two
    [3] three
    [5] five
    [8] eight
    [10] ten
    [15] fifteen
    [20] twenty
    [30] thirty
   *[other] forty-five
}
part-high = { $high ->
    [60] one hour
    [90] one and a half hours
    [120] two hours
    [180] three hours
   *[other] { part-high-minutes }
}
part-high-minutes = { $high ->
    [one] { part-high-number } minute
   *[other] { part-high-number } minutes
}
part-high-number = { $high ->
    [1] one
    [2] two
    [3] three
    [5] five
    [8] eight
    [10] ten
    [15] fifteen
    [20] twenty
    [30] thirty
   *[other] forty-five
}

wait-grown-overtaken = Someone who needs help sooner has gone before you. Therefore the wait is longer now.
wait-grown-fewer-nurses = Fewer nurses are answering just now. Therefore the wait is longer.
wait-grown-overrun = The calls before you take longer than usual. Therefore the wait is longer now.

## To keep the place and be rung back

keep-offer = Press one to keep your place, and we will call you back.
keep-number = We will call this number:
keep-confirm = Press one if it is right, two for another number, three to stay in the queue.
keep-type = Type the phone number, with the area code first. End with hash.
keep-bad-number = We cannot call that number. Please try again.
keep-kept = Your place is kept. A nurse will call you back. You can hang up now. { emergency }
keep-refused = That did not work. You are still in the queue, and your place is the same.

digit = { $digit ->
    [0] zero
    [1] one
    [2] two
    [3] three
    [4] four
    [5] five
    [6] six
    [7] seven
    [8] eight
   *[other] nine
}
digit-plus = plus

## Taken out of the line

dismissed = A nurse will call you back. You can hang up now. { emergency }
closed-callback = We do not answer in English just now. A nurse will call you back when we open. You can hang up now. { emergency }

## We ring back

callback-ready = This is { -service }. You kept your place in the queue. Press one when you are ready to talk to a nurse. Press two if somebody else has answered.
callback-again = We will try again. You can also call { -service }.
callback-machine = This is { -service }. We have tried to reach you. You can call us at any time. { emergency }
callback-wrong-person = Sorry, we have the wrong number. Goodbye.

## After the call

survey-ask = Would you answer two short questions? Your answers are anonymous. If so, press one. Otherwise you can hang up.
survey-recommend = How likely are you to recommend { -service }? Press a number from one to five. One is not at all likely, five is very likely.
survey-helped = Did you get the help that you needed? Press a number from one to five. One is not at all, five is completely.
survey-thanks = Thank you for your answers. Goodbye.

## When our own software is out of work

fallback-wait = You have reached { -service }. { emergency } Otherwise please stay on the phone, and a nurse will answer.
