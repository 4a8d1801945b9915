### English. Review state: machine-written draft, not reviewed by a native speaker.

-service = eleven seventy-seven
-emergency-number = one one two

welcome = Welcome to { -service }.
emergency = If life is in danger, hang up and dial { -emergency-number }.
menu-choice = For English, press three.
    .key = 3
wrong-key = You cannot choose that key. Please try again.

in-line = You are in the queue. Please stay on the phone, and a nurse will answer.

surge-high = Many people are calling just now, and the wait is long. Please stay on the phone, and a nurse will answer.
surge-crisis = Very many people are calling just now, and the wait is very long. { emergency } Otherwise please stay on the phone. You keep your place in the queue.

dismissed = A nurse will call you back. You can hang up now. { emergency }
closed-callback = We do not answer in English just now. A nurse will call you back when we open. You can hang up now. { emergency }

fallback-wait = You have reached { -service }. { emergency } Otherwise please stay on the phone, and a nurse will answer.
closed-technical = We have a technical fault and cannot answer just now. { emergency } Otherwise please call again in a little while.
