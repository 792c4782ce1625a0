#!/usr/bin/env bash
# Checks what a change brings, and writes the reports for a comment and for code scanning.
#
#   WORKFLOW_LS            a command that runs workflow-ls; without it, the npm package is installed
#   WORKFLOW_LS_VERSION    its version, or a path or address of its tarball
#   WORKFLOW_LS_PATH       the workspace
#   WORKFLOW_LS_SINCE      the commit to compare with; without it, all findings count
#   WORKFLOW_LS_REPORTS    a directory for the reports
#   WORKFLOW_LS_FORMAT     what is printed: github (the default) or text
#   GITHUB_OUTPUT          a file that gets `code` (the exit code), `new` (the number of findings), and `sarif` (a file)
set -euo pipefail

reports=$WORKFLOW_LS_REPORTS
path=${WORKFLOW_LS_PATH:-.}
since=${WORKFLOW_LS_SINCE:-}
output=${GITHUB_OUTPUT:-$reports/outputs}
mkdir -p "$reports"

if [ -z "${WORKFLOW_LS:-}" ]; then
  npm install --silent --no-save --prefix "$reports/tool" "workflow-ls${WORKFLOW_LS_VERSION:+@$WORKFLOW_LS_VERSION}"
  WORKFLOW_LS=$reports/tool/node_modules/.bin/workflow-ls
fi

compared=()
# The commit before the first push of a branch is all zeros.
if [ -n "${since//0/}" ]; then
  if ! git -C "$path" merge-base -- "$since" HEAD > "$reports/base" 2> /dev/null; then
    # CI systems fetch the last commit only.
    if [ "$(git -C "$path" rev-parse --is-shallow-repository)" = true ]; then
      git -C "$path" fetch --quiet --no-tags --unshallow origin || true
    fi
    git -C "$path" fetch --quiet --no-tags origin "$since" || true
  fi
  compared=(--since "$since")
fi

# Hosts count paths from the root of the repository; the reports count them from the workspace.
top_to_workspace=$(git -C "$path" rev-parse --show-prefix 2> /dev/null || true)
as_address() {
  local LC_ALL=C at character
  for ((at = 0; at < ${#1}; at++)); do
    character=${1:at:1}
    case $character in
      [a-zA-Z0-9/._-]) printf '%s' "$character" ;;
      *) printf '%%%02X' $(($(printf '%d' "'$character") & 255)) ;;
    esac
  done
}
in_pattern() { sed 's/[|&\\]/\\&/g'; }
annotated=$(printf '%s' "$top_to_workspace" | sed 's/%/%25/g; s/:/%3A/g; s/,/%2C/g' | in_pattern)
address=$(as_address "$top_to_workspace")

read -ra command <<< "$WORKFLOW_LS"
run() { "${command[@]}" "$@"; }
code=0
rm -f "$reports/printed.txt"
run check "$path" "${compared[@]}" --format "${WORKFLOW_LS_FORMAT:-github}" --output "$reports/printed.txt" \
  --report "text=$reports/check.txt" --report "json=$reports/check.json" --report "sarif=$reports/workspace.sarif" ||
  code=$?
if [ -e "$reports/printed.txt" ]; then
  sed -E "s|^(::(error\|warning\|notice) file=)|\1$annotated|" "$reports/printed.txt"
fi
if [ "$code" -gt 1 ]; then
  exit "$code"
fi
sed "s|^\( *\"uri\": \"\)|\1$address|" "$reports/workspace.sarif" > "$reports/workflow-ls.sarif"
run status "$path" --format markdown --exit-zero --output "$reports/status.md"
# One line of this form for each finding.
new=$(grep -c '^      "rule": ' "$reports/check.json" || true)

{
  echo "code=$code"
  echo "new=$new"
  echo "sarif=$reports/workflow-ls.sarif"
} >> "$output"
# The lines of a text that fit into so many bytes.
first() { LC_ALL=C awk -v most="$1" '(size += length($0) + 1) <= most { print } END { if (size > most) print "…" }'; }
{
  echo "<!-- workflow-ls -->"
  if [ "$new" = 0 ]; then
    echo "**This change brings no reference to a legacy module.**"
  else
    if [ "$new" = 1 ]; then echo "**This change brings 1 finding:**"; else echo "**This change brings $new findings:**"; fi
    echo
    # In `<pre>`, only these three characters mean anything; a comment holds 65,536.
    echo "<pre>"
    sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' "$reports/check.txt" | first 20000
    echo "</pre>"
  fi
  echo
  first 40000 < "$reports/status.md"
} > "$reports/comment.md"
