#!/usr/bin/env bash
# Every bash script of the project parses, and pleases shellcheck where that is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t scripts < <(
  find . \( -path ./build -o -path ./.git \) -prune -o -type f -size -100k -exec grep -lIE -m1 '^#!.*\bbash\b' {} + | sort
)
# A search that finds nothing would pass for ever: this file is a script too.
if [[ ${#scripts[@]} -eq 0 ]]; then
  echo "no bash script found" >&2
  exit 1
fi

for script in "${scripts[@]}"; do
  bash -n "$script"
done
if command -v shellcheck >/dev/null; then
  shellcheck "${scripts[@]}"
  echo "${#scripts[@]} scripts parse and please shellcheck"
else
  echo "${#scripts[@]} scripts parse; shellcheck is not installed"
fi
