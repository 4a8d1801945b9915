### Finnish. Review state: machine-written draft, not reviewed by a native speaker.

-service = yksi yksi seitsemän seitsemän
-emergency-number = yksi yksi kaksi

welcome = Tervetuloa palveluun { -service }.
emergency = Jos on hengenvaara, lopeta puhelu ja soita { -emergency-number }.
menu-choice = Suomeksi, paina kaksi.
    .key = 2
wrong-key = Tätä näppäintä ei voi valita. Yritä uudelleen.

in-line = Olet jonossa. Pysy linjalla, niin sairaanhoitaja vastaa sinulle.

fallback-wait = Soitit palveluun { -service }. { emergency } Muuten pysy linjalla, niin sairaanhoitaja vastaa sinulle.
closed-technical = Meillä on tekninen vika, emmekä voi vastata juuri nyt. { emergency } Muuten soita hetken kuluttua uudelleen.
