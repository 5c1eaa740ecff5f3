"""The servers pyfly can run on, one adapter each."""
