//! Codes of the stage `diff`.

codes! {
    NO_KEY = "no-key", "a comparison of tables that does not say what identifies a row";
    KEY_EMPTY = "key-empty", "a row of a compared table whose key is empty";
    TABLE_TOO_LONG = "table-too-long", "a compared table with more lines than can be counted";
    TEMPORARY_FILES = "temporary-files", "rows that cannot be kept in temporary files";
    CHANGED_MEANWHILE = "changed-meanwhile", "a file that changed while it was read";
    NOT_ASSIGNMENTS = "not-assignments", "a table that does not have the form of assignments";
    BAD_OUT_FOLDER = "bad-out-folder", "a folder of outputs that cannot be understood";
    BAD_PATCH = "bad-patch", "a patch that cannot be understood";
    PATCH_MISFIT = "patch-misfit", "a patch that was made for another table";
    FOREIGN_FILES = "foreign-files", "a folder for a patch that holds other files";
}
