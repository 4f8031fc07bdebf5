//! Codes of the stage `data`.

codes! {
    UNREADABLE_FILE = "unreadable-file", "a data file that cannot be opened or read";
    UNKNOWN_FORMAT = "unknown-format", "a data file whose name does not say what it contains";
    EMPTY_TABLE = "empty-table", "a data file without a header or a table without rows";
    WRONG_DELIMITER = "wrong-delimiter", "a text table whose fields are parted by another character";
    UNKNOWN_FIELD = "unknown-field", "a field that the data file does not have";
    DUPLICATE_FIELD = "duplicate-field", "a header that names one field twice";
    FIELD_TYPE = "field-type", "a field whose stored type cannot be read as the column's type";
    RAGGED_ROW = "ragged-row", "a row with more or fewer fields than the header";
    BAD_QUOTE = "bad-quote", "a quote that is never closed, or text behind a closing quote";
    BAD_RECORD = "bad-record", "a line that is not one JSON object of plain values";
    BAD_PARQUET = "bad-parquet", "a Parquet file that is damaged, cut off or no Parquet at all";
    BAD_CELL = "bad-cell", "a cell that does not fit its column's type";
    MISSING_CELL = "missing-cell", "an empty cell in a required column";
    BAD_POSITION = "bad-position", "a latitude or longitude outside its range";
    SWAPPED_POSITION = "swapped-position", "a table whose latitudes and longitudes are swapped";
    UNKNOWN_PLACE = "unknown-place", "a row whose place is not listed in `[places]`";
    DUPLICATE_KEY = "duplicate-key", "two rows of one table with the same key";
    UNMATCHED_KEY = "unmatched-key", "a row of a joined table whose account does not exist";
    DUPLICATE_JOINED = "duplicate-joined", "two rows of a joined table for one account where one is expected";
    INVALID_SHAPE = "invalid-shape", "a GeoJSON file that is damaged or holds no valid polygon";
    SUM_OVERFLOW = "sum-overflow", "a sum over a joined table that leaves the range of numbers";
}
