//! Codes of the stage `syntax`.

codes! {
    UNEXPECTED = "unexpected", "something else was due at this place";
    UNKNOWN_ITEM = "unknown-item", "a word that begins no item of the language";
    UNKNOWN_CLAUSE = "unknown-clause", "a word that begins no line of the block it stands in";
    KEYWORD_CASE = "keyword-case", "a keyword with capital letters";
    RESERVED_NAME = "reserved-name", "a name that is a word of the language";
    FOREIGN_SYMBOL = "foreign-symbol", "a symbol of another language";
    TYPOGRAPHIC_QUOTE = "typographic-quote", "a quotation mark other than the straight double one";
    UNTERMINATED_TEXT = "unterminated-text", "a text without its closing quote";
    BAD_ESCAPE = "bad-escape", "a backslash before a character that needs none";
    UNCLOSED_BRACKET = "unclosed-bracket", "a bracket that is never closed";
    STRAY_BRACKET = "stray-bracket", "a closing bracket that nothing opened";
    MISSING_COMMA = "missing-comma", "two values of a list without a comma between them";
    BAD_NUMBER = "bad-number", "a number that is not written as numbers are";
    BAD_DATE = "bad-date", "a day that is not written as YYYY-MM-DD or does not exist";
    BAD_PATTERN = "bad-pattern", "a computed value where a value or a range is due";
    CHAINED_COMPARISON = "chained-comparison", "one comparison written on the result of another";
    REPEATED_PART = "repeated-part", "a part of an item that is given twice";
    MISSING_PART = "missing-part", "a part that an item cannot do without";
    MISPLACED_PART = "misplaced-part", "a part that this kind of item does not have";
    NESTED_TOO_DEEP = "nested-too-deep", "more brackets or operators within each other than the compiler reads";
    FILE_TOO_LARGE = "file-too-large", "a plan file larger than the compiler reads";
    FORMAT_REFUSED = "format-refused", "a file that the formatter would have changed";
    UNFORMATTED = "unformatted", "a plan file that is not in canonical form";
}
