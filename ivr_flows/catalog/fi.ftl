### Finnish. Machine-written, not reviewed by a native speaker.
### review: draft

-service = yksi yksi seitsemän seitsemän
-emergency-number = yksi yksi kaksi

## Before the line

welcome = Tervetuloa palveluun { -service }.
emergency = Jos on hengenvaara, lopeta puhelu ja soita { -emergency-number }.
menu-choice = Suomeksi, paina kaksi.
    .key = 2
other-language = Muut kielet, paina kuusi.
    .key = 6
sign-or-text = Viittomakieli ja teksti, paina seitsemän.
    .key = 7
wrong-key = Tätä näppäintä ei voi valita. Yritä uudelleen.

welcome-staff = Tervetuloa hoitohenkilöstön linjalle.
welcome-relay = Tervetuloa palveluun { -service }. Tämä on kuvapuhelimen ja tekstipuhelimen linja.
switchboard = Sairaalan vaihde, paina yhdeksän.
    .key = 9

relay-text = Jos käytät tekstipuhelinta, soita tähän numeroon:
relay-sign = Jos käytät viittomakieltä, soita meille Bildtelefoni-palvelun kautta. Myös tulkki voi olla mukana puhelussa.

## Who answers

interpreter-follows = Sairaanhoitaja vastaa sinulle yhdessä tulkin kanssa.
closed-interpreter = Suomenkielinen linja on nyt suljettu. Sairaanhoitaja vastaa sinulle yhdessä tulkin kanssa.
closed-language = Suomenkielinen linja on nyt suljettu. Sairaanhoitaja vastaa sinulle ruotsiksi.
opens-weekday = Linja avataan { $weekday ->
    [1] maanantaina
    [2] tiistaina
    [3] keskiviikkona
    [4] torstaina
    [5] perjantaina
    [6] lauantaina
   *[other] sunnuntaina
}.
opens-hour = { part-hour }.
part-hour = { $hour ->
    [0] Keskiyöllä
    [1] Kello yksi yöllä
    [2] Kello kaksi yöllä
    [3] Kello kolme yöllä
    [4] Kello neljä yöllä
    [5] Kello viisi aamulla
    [6] Kello kuusi aamulla
    [7] Kello seitsemän aamulla
    [8] Kello kahdeksan aamulla
    [9] Kello yhdeksän aamulla
    [10] Kello kymmenen aamupäivällä
    [11] Kello yksitoista aamupäivällä
    [12] Kello kaksitoista päivällä
    [13] Kello yksi iltapäivällä
    [14] Kello kaksi iltapäivällä
    [15] Kello kolme iltapäivällä
    [16] Kello neljä iltapäivällä
    [17] Kello viisi iltapäivällä
    [18] Kello kuusi illalla
    [19] Kello seitsemän illalla
    [20] Kello kahdeksan illalla
    [21] Kello yhdeksän illalla
    [22] Kello kymmenen illalla
   *[other] Kello yksitoista illalla
}

## In line

in-line = Olet jonossa. Pysy linjalla, niin sairaanhoitaja vastaa sinulle.
recording = Puhelu tallennetaan, ja siitä tulee osa potilastietojasi.
red-flag = Onko kyse alle vuoden ikäisestä lapsesta, rintakivusta tai äkillisestä heikkoudesta kasvoissa tai kädessä? Paina yksi. Muuten odota.
red-flag-112 = Lopeta puhelu ja soita nyt { -emergency-number }. Jos jäät linjalle, siirrämme sinut jonossa eteenpäin.
self-care = Odottaessasi voit lukea neuvoja osoitteessa { -service } piste äs ee.
reminder-112 = Jos vointi huononee, lopeta puhelu ja soita { -emergency-number }.
still-in-line = Olet yhä jonossa.
repeat-hint = Paina tähteä, niin kuulet tämän uudelleen.

surge-high = Juuri nyt moni soittaa, ja odotusaika on pitkä. Pysy linjalla, niin sairaanhoitaja vastaa sinulle.
surge-crisis = Juuri nyt hyvin moni soittaa, ja odotusaika on erittäin pitkä. { emergency } Muuten pysy linjalla. Säilytät paikkasi jonossa.

## Place and wait. From (elative) to (illative); "up to" takes the nominative, and its noun
## the partitive after every number but one.

place = { $place ->
    [1] Olet jonossa ensimmäisenä.
   *[other] Olet jonossa sijalla { part-place }.
}
part-place = { $place ->
    [2] kaksi
    [3] kolme
    [4] neljä
    [5] viisi
    [6] kuusi
    [7] seitsemän
    [8] kahdeksan
    [9] yhdeksän
    [10] kymmenen
    [11] yksitoista
    [12] kaksitoista
    [13] kolmetoista
    [14] neljätoista
    [15] viisitoista
    [16] kuusitoista
    [17] seitsemäntoista
    [18] kahdeksantoista
    [19] yhdeksäntoista
    [20] kaksikymmentä
    [21] kaksikymmentäyksi
    [22] kaksikymmentäkaksi
    [23] kaksikymmentäkolme
    [24] kaksikymmentäneljä
    [25] kaksikymmentäviisi
    [26] kaksikymmentäkuusi
    [27] kaksikymmentäseitsemän
    [28] kaksikymmentäkahdeksan
    [29] kaksikymmentäyhdeksän
   *[other] kolmekymmentä
}
place-many = Jonossa on ennen sinua vähintään kolmekymmentä ihmistä.
wait-soon = Kohta on sinun vuorosi.
wait-range = Odotusaika on noin { part-low } { part-high }.
wait-up-to = Odotusaika on enintään { part-up-to }.
wait-beyond = Odotusaika voi olla yli kolme tuntia.
wait-unknown = Juuri nyt emme tiedä, kuinka pitkä odotusaika on.

# The unit is left out where the far end has the same one.
part-low = { $high ->
    [60] { part-low-or-hours }
    [90] { part-low-or-hours }
    [120] { part-low-or-hours }
    [180] { part-low-or-hours }
   *[other] { part-low-number }
}
part-low-or-hours = { $low ->
    [60] yhdestä
    [90] puolestatoista
    [120] kahdesta
   *[other] { part-low-number } minuutista
}
part-low-number = { $low ->
    [1] yhdestä
    [2] kahdesta
    [3] kolmesta
    [5] viidestä
    [8] kahdeksasta
    [10] kymmenestä
    [15] viidestätoista
    [20] kahdestakymmenestä
    [30] kolmestakymmenestä
   *[other] neljästäkymmenestäviidestä
}
part-high = { $high ->
    [1] yhteen minuuttiin
    [2] kahteen minuuttiin
    [3] kolmeen minuuttiin
    [5] viiteen minuuttiin
    [8] kahdeksaan minuuttiin
    [10] kymmeneen minuuttiin
    [15] viiteentoista minuuttiin
    [20] kahteenkymmeneen minuuttiin
    [30] kolmeenkymmeneen minuuttiin
    [45] neljäänkymmeneenviiteen minuuttiin
    [60] yhteen tuntiin
    [90] puoleentoista tuntiin
    [120] kahteen tuntiin
   *[other] kolmeen tuntiin
}
part-up-to = { $high ->
    [60] yksi tunti
    [90] puolitoista tuntia
    [120] kaksi tuntia
    [180] kolme tuntia
   *[other] { part-up-to-minutes }
}
part-up-to-minutes = { $high ->
    [one] { part-up-to-number } minuutti
   *[other] { part-up-to-number } minuuttia
}
part-up-to-number = { $high ->
    [1] yksi
    [2] kaksi
    [3] kolme
    [5] viisi
    [8] kahdeksan
    [10] kymmenen
    [15] viisitoista
    [20] kaksikymmentä
    [30] kolmekymmentä
   *[other] neljäkymmentäviisi
}

wait-grown-overtaken = Joku tarvitsee apua nopeammin ja pääsi edellesi. Siksi odotusaika on pidentynyt.
wait-grown-fewer-nurses = Nyt vastaamassa on vähemmän sairaanhoitajia. Siksi odotusaika on pidentynyt.
wait-grown-overrun = Puhelut ennen sinua kestävät tavallista pidempään. Siksi odotusaika on pidentynyt.

## To keep the place and be rung back

keep-offer = Paina yksi, niin säilytät paikkasi ja soitamme sinulle takaisin.
keep-number = Soitamme tähän numeroon:
keep-confirm = Jos numero on oikein, paina yksi. Jos haluat toisen numeron, paina kaksi. Jos haluat jäädä jonoon, paina kolme.
keep-type = Näppäile puhelinnumero, suuntanumero ensin. Paina lopuksi ruutua.
keep-bad-number = Siihen numeroon emme voi soittaa. Yritä uudelleen.
keep-kept = Paikkasi on tallessa. Sairaanhoitaja soittaa sinulle takaisin. Voit nyt lopettaa puhelun. { emergency }
keep-refused = Se ei onnistunut. Olet yhä jonossa, samalla paikalla kuin ennen.

digit = { $digit ->
    [0] nolla
    [1] yksi
    [2] kaksi
    [3] kolme
    [4] neljä
    [5] viisi
    [6] kuusi
    [7] seitsemän
    [8] kahdeksan
   *[other] yhdeksän
}
digit-plus = plus

## Taken out of the line

dismissed = Sairaanhoitaja soittaa sinulle takaisin. Voit nyt lopettaa puhelun. { emergency }
closed-callback = Emme vastaa suomeksi juuri nyt. Sairaanhoitaja soittaa sinulle takaisin, kun avaamme. Voit nyt lopettaa puhelun. { emergency }

## We ring back

callback-ready = Täällä { -service }. Paikkasi jonossa on säilynyt. Paina yksi, kun olet valmis puhumaan sairaanhoitajan kanssa. Paina kaksi, jos joku muu vastasi.
callback-again = Yritämme uudelleen. Voit myös soittaa numeroon { -service }.
callback-machine = Täällä { -service }. Olemme yrittäneet tavoittaa sinut. Voit soittaa meille milloin tahansa. { emergency }
callback-wrong-person = Anteeksi, soitimme väärään numeroon. Kuulemiin.

## After the call

survey-ask = Haluatko vastata kahteen lyhyeen kysymykseen? Vastaukset ovat nimettömiä. Jos haluat, paina yksi. Muuten voit lopettaa puhelun.
survey-recommend = Kuinka todennäköisesti suosittelisit tätä palvelua? Paina numeroa yhdestä viiteen. Yksi on hyvin epätodennäköisesti, viisi on hyvin todennäköisesti.
survey-helped = Saitko sen avun, jota tarvitsit? Paina numeroa yhdestä viiteen. Yksi on en lainkaan, viisi on kyllä, täysin.
survey-thanks = Kiitos vastauksistasi. Kuulemiin.

## When our own software is out of work

fallback-wait = Soitit palveluun { -service }. { emergency } Muuten pysy linjalla, niin sairaanhoitaja vastaa sinulle.
