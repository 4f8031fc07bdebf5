#!/usr/bin/env bash
# Two shuffled tables compared by key, beside DuckDB in one run:
#   diff.sh TABLES PEERS [ENGINE ...]
# TABLES_a and TABLES_b, each .parquet and .csv, are what PEERS/gen_diff.py made; what it printed may stand in TABLES.json.
# PEERS is the folder with diff_bench.py, the engines default to `duckdb`. PYTHON names the interpreter that has them,
# TERRAC the binary. Prints wall and CPU seconds and peak memory of each, Parquet and CSV, one and two threads; every run
# writes the rows that differ. Then says where counts differ from those of the generator.
set -euo pipefail
tables="$(realpath -s "$1")" peers="$(realpath "$2")"
shift 2
engines=("${@:-duckdb}")
python="${PYTHON:-python3}" terrac="${TERRAC:-terrac}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
for form in parquet csv; do
    for threads in 1 2; do
        /usr/bin/time -f "terrac $form threads $threads: wall %e s, cpu %U+%S s, peak %M KB" \
            "$terrac" diff "${tables}_a.$form" "${tables}_b.$form" --key account_id \
            --out "$work/terrac_${form}_$threads.parquet" --format json --threads "$threads" > "$work/$form.$threads.json"
        for engine in "${engines[@]}"; do
            OUT="$work" "$python" "$peers/diff_bench.py" "$engine" "$tables" "$form" "$threads"
        done
    done
done
cmp "$work/terrac_parquet_1.parquet" "$work/terrac_parquet_2.parquet" && cmp "$work/terrac_csv_1.parquet" "$work/terrac_csv_2.parquet" \
    && cmp "$work/terrac_parquet_1.parquet" "$work/terrac_csv_1.parquet" && echo "the rows are the same for any form and threads"
"$python" - "$work" "$tables.json" <<'P'
import json, os, sys
work, truth = sys.argv[1:]
truth = json.load(open(truth)) if os.path.exists(truth) else None
for form in ("parquet", "csv"):
    for threads in (1, 2):
        o = json.load(open(f"{work}/{form}.{threads}.json"))["outcome"]
        territory = next(c["changed"] for c in o["columns"] if c["column"] == "territory")
        ours = dict(rows_a=o["base"]["rows"], rows_b=o["head"]["rows"], changed=o["changed"], territory_changed=territory,
                    added=o["added"], removed=o["removed"])
        print(f"{form} threads {threads}: {ours}", "" if truth is None else "as generated" if ours == truth else f"NOT {truth}")
P
