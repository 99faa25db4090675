"""Status: what the record says of a case and of an inmate, as people ask it. Pure.

holding    why somebody is still inside: what each case says, and all of them together
stages     how far a case has come
persons    one person over several cases: joined by numbers, never by a name alone
inmates    an inmate, as shown
cases      a case, as shown
"""
