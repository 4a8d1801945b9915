### Finnish. Review state: machine-written draft, not reviewed by a native speaker.

-service = yksi yksi seitsemän seitsemän
-emergency-number = yksi yksi kaksi

welcome = Tervetuloa palveluun { -service }.
emergency = Jos on hengenvaara, lopeta puhelu ja soita { -emergency-number }.
menu-choice = Suomeksi, paina kaksi.
    .key = 2
wrong-key = Tätä näppäintä ei voi valita. Yritä uudelleen.

in-line = Olet jonossa. Pysy linjalla, niin sairaanhoitaja vastaa sinulle.

surge-high = Juuri nyt moni soittaa, ja odotusaika on pitkä. Pysy linjalla, niin sairaanhoitaja vastaa sinulle.
surge-crisis = Juuri nyt hyvin moni soittaa, ja odotusaika on erittäin pitkä. { emergency } Muuten pysy linjalla. Säilytät paikkasi jonossa.

dismissed = Sairaanhoitaja soittaa sinulle takaisin. Voit nyt lopettaa puhelun. { emergency }
closed-callback = Emme vastaa suomeksi juuri nyt. Sairaanhoitaja soittaa sinulle takaisin, kun avaamme. Voit nyt lopettaa puhelun. { emergency }

fallback-wait = Soitit palveluun { -service }. { emergency } Muuten pysy linjalla, niin sairaanhoitaja vastaa sinulle.
closed-technical = Meillä on tekninen vika, emmekä voi vastata juuri nyt. { emergency } Muuten soita hetken kuluttua uudelleen.
