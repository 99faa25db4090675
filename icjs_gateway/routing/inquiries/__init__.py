"""Inquiries: what people ask of the record, answered whole or with what is missing named.

asking          who asks, for what purpose, by which question
inmate_status   "What is this inmate's status?"
case_status     how far a case has come, and when it is heard next
case_reading    a case as it stands or stood, and its events
differences     where a live answer and the record part
"""
