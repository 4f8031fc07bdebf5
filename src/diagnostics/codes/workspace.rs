//! Codes of the stage `workspace`.

codes! {
    NO_PROJECT = "no-project", "a path that holds no project";
    AMBIGUOUS_PROJECT = "ambiguous-project", "a path that holds several projects";
    UNREADABLE_SOURCE = "unreadable-source", "a manifest or plan file that cannot be opened or read";
    NOT_UTF8 = "not-utf8", "text that is not UTF-8";
    TOO_LARGE = "too-large", "a manifest or plan file beyond the size limit";
    OUTSIDE_PROJECT = "outside-project", "a file outside the project folder";
    MANIFEST_SYNTAX = "manifest-syntax", "a manifest that is not TOML";
    UNKNOWN_KEY = "unknown-key", "a key that the manifest does not know";
    MISSING_KEY = "missing-key", "a key that the manifest needs";
    WRONG_VALUE = "wrong-value", "a value of the wrong kind for its key";
    UNKNOWN_COLUMN = "unknown-column", "a column that the manifest does not declare";
    DUPLICATE_COLUMN = "duplicate-column", "a column that is declared twice";
    COLUMN_ROLE = "column-role", "a column whose type does not fit its role";
    MISSING_FILE = "missing-file", "a file that does not exist";
    NO_GIT = "no-git", "a revision is asked for, and git cannot be run";
    NO_REPOSITORY = "no-repository", "a revision is asked for outside of a git repository";
    UNKNOWN_REVISION = "unknown-revision", "a name that is no revision";
    NO_MERGE_BASE = "no-merge-base", "revisions that have no commit in common";
    NOT_IN_REVISION = "not-in-revision", "a revision that does not have the project";
    GIT_FAILED = "git-failed", "a revision that git cannot read";
    USE_CYCLE = "use-cycle", "plan files that use each other in a circle";
}
