# Steps of .ci/run, each with a time limit, and the count of what passed and what failed.
passed=0
failed=0
child=

heading() { printf '\n== %s\n' "$1"; }

# limited SECONDS COMMAND...: in the background, so that a signal to this script is heeded at once. `timeout` leads a process
# group of its own and passes on to all of it whatever signal it gets.
limited() {
  timeout --kill-after=10 "$@" &
  child=$!
  wait "$child"
  local code=$?
  child=
  [ "$code" != 124 ] || echo "Stopped after $1 seconds." >&2
  return "$code"
}

# Stops what still runs of a step.
end_step() {
  [ -n "$child" ] || return 0
  kill "$child" 2>/dev/null && wait "$child"
  child=
}

fail() {
  echo "Failed: $1." >&2
  failed=$((failed + 1))
}

# step NAME SECONDS COMMAND...: counts as one.
step() {
  local name=$1
  shift
  heading "$name"
  if limited "$@"; then passed=$((passed + 1)); else fail "$name"; fi
}

# tests NAME SECONDS COMMAND...: counts what the report says that the command writes. A run that failed counts as failed even
# if none of its tests did, for a file may not load or a hook may throw; so does one in which no test ran.
tests() {
  local name=$1 code ran failures
  shift
  heading "$name tests"
  limited "$@"
  code=$?
  if ! read -r ran failures < <(node .ci/count.js "$reports/$name.json"); then
    fail "the $name tests left no report"
    return
  fi
  passed=$((passed + ran))
  failed=$((failed + failures))
  if [ "$((ran + failures))" = 0 ]; then fail "no $name test ran"
  elif [ "$code" != 0 ] && [ "$failures" = 0 ]; then fail "the $name tests ended with code $code"
  fi
}

# Failed tests once more, under all output; the last line is the count.
tell() {
  local report
  if [ "$failed" != 0 ]; then
    heading 'what failed'
    for report in "$reports"/*.json; do
      [ ! -f "$report" ] || node .ci/failures.js "$report"
    done
  fi
  printf '\n%s passed, %s failed\n' "$passed" "$failed"
}
