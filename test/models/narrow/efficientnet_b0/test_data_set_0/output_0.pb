
BoutputJ(g¸‡¾íQW>Ê¡‘=”š¦¾YB™>>x=r±É¾8ŠX>~n =¥ôz¾