#!/usr/bin/env bash
# The same as the action for any other system; needs bash and terrac.
#   ci.sh [PROJECT] [BASE] [FOLDER]
# leaves comment.md and findings.sarif in FOLDER, to be posted as that system does, and ends as `terrac ci` does:
# 0 clean, 1 findings, 2 could not run. TERRAC names another program, TERRAC_REDACT=true takes reps out.
set -euo pipefail
project="${1:-.}"
base="${2:-origin/main}"
folder="${3:-terrac-ci}"
arguments=("$project" --base "$base" --format concise --comment "$folder/comment.md" --sarif "$folder/findings.sarif")
if [ "${TERRAC_REDACT:-false}" = true ]; then
    arguments+=(--redact)
fi
mkdir -p "$folder"
exec "${TERRAC:-terrac}" ci "${arguments[@]}"
