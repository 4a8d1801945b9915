### English. Review state: machine-written draft, not reviewed by a native speaker.

-service = eleven seventy-seven
-emergency-number = one one two

welcome = Welcome to { -service }.
emergency = If life is in danger, hang up and dial { -emergency-number }.
menu-choice = For English, press three.
    .key = 3
wrong-key = You cannot choose that key. Please try again.

in-line = You are in the queue. Please stay on the phone, and a nurse will answer.

fallback-wait = You have reached { -service }. { emergency } Otherwise please stay on the phone, and a nurse will answer.
closed-technical = We have a technical fault and cannot answer just now. { emergency } Otherwise please call again in a little while.
