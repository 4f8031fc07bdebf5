#!/usr/bin/env bash
# Compiles a hybrid plan over the public loan data: run.sh ACCOUNTS.parquet REPS.csv [OUT].
# ACCOUNTS has id, loan_amount, state, zip, naics, jobs, lat, lon; REPS has id, name, lon, lat. Prints time, memory and an
# independent count of the accounts that were placed.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
accounts="$(realpath "$1")" reps="$(realpath "$2")"
project="${3:-$(mktemp -d)}"
mkdir -p "$project"
cp "$here/plan.terr" "$project/"
cat > "$project/terrac.toml" <<T
[project]
name = "businesses"
plan = "plan.terr"
allow = ["$(dirname "$accounts")"]
[accounts]
files = "$accounts"
key = "id"
[accounts.columns]
id          = "id"
loan_amount = "money"
state       = "text"
zip         = { type = "code", default = "00000" }
naics       = "int"
jobs        = "int"
location    = { type = "point", lat = "lat", lon = "lon" }
[reps]
files = "reps.csv"
key = "rep_id"
[reps.columns]
rep_id = "id"
name   = "text"
region = "text"
home   = { type = "point", lat = "lat", lon = "lon" }
T
# Reps by longitude and latitude to the plan's regions.
awk -F, 'NR == 1 { print "rep_id,name,region,lat,lon"; next }
  { r = $3 < -104 ? "west" : ($3 < -89 || $4 > 41.2 && $3 < -80 ? "midwest" : ($4 < 38.5 ? "southeast" : "northeast")); print $1 "," $2 "," r "," $4 "," $3 }' "$reps" > "$project/reps.csv"
terrac="${TERRAC:-terrac}"
/usr/bin/time -v "$terrac" compile "$project" --threads "${THREADS:-2}" --quiet 2> "$project/time.txt" || { cat "$project/time.txt"; exit 1; }
grep -E "Elapsed|Maximum resident|User time|System time" "$project/time.txt"
placed=$(tail -n +2 "$project/out/assignments.csv" | cut -d, -f1 | sort -u | wc -l)
rows=$(tail -n +2 "$project/out/assignments.csv" | wc -l)
echo "rows $rows, distinct accounts $placed"
