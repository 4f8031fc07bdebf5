//! Codes of the stage `outcome`.

codes! {
    ALIGNMENT_UNREADABLE = "alignment-unreadable", "the alignment file cannot be understood";
    ALIGNMENT_EDITED = "alignment-edited", "the alignment file was edited by hand";
    ALIGNMENT_STALE = "alignment-stale", "the alignment was solved for other inputs";
    TERRITORIES_CHANGED = "territories-changed", "a carve was solved again and units changed territory";
    ALIGNMENT_MISSING = "alignment-missing", "there is no alignment and none may be made";
    NO_SEATS = "no-seats", "a carve has no seat";
    SEAT_WITHOUT_POSITION = "seat-without-position", "a rep has no position where one is due";
    BAD_CAPACITY = "bad-capacity", "a rep's capacity is not a positive number";
    DUPLICATE_REP = "duplicate-rep", "two rows of the reps table have the same key";
    UNKNOWN_REP = "unknown-rep", "a rep that the reps table does not have";
    UNKNOWN_ACCOUNT = "unknown-account", "an exception names an account that the data does not have";
    DUPLICATE_ACCOUNT = "duplicate-account", "two rows have the same key";
    CARVE_FAILED = "carve-failed", "a carve has no answer";
    CARVE_CONFLICT = "carve-conflict", "clauses of a carve cannot hold together";
    PROMISE_BROKEN = "promise-broken", "a carve could not keep a promise";
    HIRE_WITHOUT_SEAT = "hire-without-seat", "a rep who joins within the term finds no open territory";
    NEW_UNITS = "new-units", "units that the alignment does not list were placed by its prices";
    UNKNOWN_TERRITORY = "unknown-territory", "a named account goes to a territory that the carve does not have";
    NOTHING_TO_CARVE = "nothing-to-carve", "no account reaches a carve";
    UNKNOWN_UNIT_KEY = "unknown-unit-key", "a carve clause names a unit that no account has";
    EXPECTATION_BROKEN = "expectation-broken", "the result is not what the plan expects";
    NOTHING_MEASURED = "nothing-measured", "an expectation looks at nothing";
    NO_INCUMBENTS = "no-incumbents", "an expectation needs owners of today that the accounts do not name";
    WEIGHT_ALL_ZERO = "weight-all-zero", "a balanced weight is nought for every unit of a carve";
}
