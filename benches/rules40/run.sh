#!/usr/bin/env bash
# Forty rules over generated accounts, beside DuckDB and Polars in one run:
#   run.sh ACCOUNTS PEERS [ENGINE ...]
# ACCOUNTS.parquet and ACCOUNTS.csv hold the rows, PEERS is the folder with classify_bench.py, the engines default to
# `duckdb polars`. PYTHON names the interpreter that has them, TERRAC the binary. Prints wall and CPU seconds and peak
# memory of each, Parquet and CSV, one and two threads, then where counts by territory differ.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
accounts="$(realpath -s "$1")" peers="$(realpath "$2")"
shift 2
engines=("${@:-duckdb}")
[ $# -gt 0 ] || engines=(duckdb polars)
python="${PYTHON:-python3}" terrac="${TERRAC:-terrac}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
for form in parquet csv; do
    mkdir -p "$work/$form"
    cp "$here/plan.terr" "$work/$form/plan.terr"
    sed -e "s|files = .*|files = \"$accounts.$form\"|" \
        -e "s|^\[project\]|[project]\nallow = [\"$(dirname "$accounts")\"]|" "$here/terrac.toml" > "$work/$form/terrac.toml"
    for threads in 1 2; do
        /usr/bin/time -f "terrac $form threads $threads: wall %e s, cpu %U+%S s, peak %M KB" \
            "$terrac" compile "$work/$form" --threads "$threads" --assignments parquet --quiet
        for engine in "${engines[@]}"; do
            OUT="$work" "$python" "$peers/classify_bench.py" "$engine" "$accounts.$form" "$threads"
        done
    done
done
"$python" - "$work/parquet/out/outcome.json" "$work/out_${engines[0]}.parquet" <<'P'
import duckdb, json, sys
pools = json.load(open(sys.argv[1]))["coverages"][0]["pools"]
ours = {p["name"].upper().replace("_", "-"): p["accounts"] for p in pools}
theirs = dict(duckdb.sql(f"SELECT territory, count(*) FROM read_parquet('{sys.argv[2]}') GROUP BY 1").fetchall())
wrong = [name for name in sorted(set(ours) | set(theirs)) if ours.get(name, 0) != theirs.get(name, 0)]
for name in wrong:
    print(f"{name}: {ours.get(name, 0)} here, {theirs.get(name, 0)} there")
print(f"{len(theirs)} territories, {len(wrong)} counts differ")
P
