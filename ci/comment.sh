#!/usr/bin/env bash
# Keeps one comment on a pull request up to date, with what `check_changes.sh` wrote.
#
#   GITHUB_REPOSITORY, PULL_REQUEST    where; GH_TOKEN is for `gh`
#   WORKFLOW_LS_REPORTS                the directory of the reports
set -euo pipefail

body=$WORKFLOW_LS_REPORTS/comment.md
comments=repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments
own='.[] | select(.body | startswith("<!-- workflow-ls -->")) | .id'

write() {
  local known
  known=$(gh api --paginate "$comments" --jq "$own") || return
  known=${known%%$'\n'*}
  if [ -n "$known" ]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" --field "body=@$body"
  else
    gh api --silent "$comments" --field "body=@$body"
  fi
}

# The token of a pull request from a fork can't write; the check itself counts nevertheless.
if ! write; then
  echo "::notice::workflow-ls could not write its comment: the token may not (pull-requests: write)."
fi
