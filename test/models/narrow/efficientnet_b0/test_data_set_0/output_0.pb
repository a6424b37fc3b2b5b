
BoutputJ(f¸‡¾íQW>Ê¡‘=”š¦¾XB™>>x=s±É¾7ŠX>~n =¦ôz¾