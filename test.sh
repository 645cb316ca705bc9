#!/usr/bin/env bash
# Installs what the tests need, builds once, runs every test there is. The last line is the sum over all runners.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: ./test.sh [--configuration NAME] [--long] [--help] [PROJECT...]

Installs what the tests need, builds Orleans.sln once and runs all tests: .NET, eng/ and every npm package with a test script.

  -c, --configuration NAME  Debug (default), Release or Cluster
      --long                also run the tests that take minutes (sets PORTCULLIS_LONG=1)
  -h, --help                this text
  PROJECT                   run only these .NET test projects, such as tests/Core.Tests

PORTCULLIS_SEED (default 1) seeds random tests. With CI=true, restore takes the lock files as they are.
Exit code: 0 when at least one test ran and none failed.
TEXT
}

# Debian packages that tests use, and a command that each brings.
needed=(chromium:chromium njs:njs)

configuration=Debug
projects=()
while (($#)); do
  case $1 in
    -c | --configuration)
      [[ $# -ge 2 ]] || { usage >&2; exit 2; }
      configuration=$2
      shift
      ;;
    --long) export PORTCULLIS_LONG=1 ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "Unknown option '$1'." >&2; usage >&2; exit 2 ;;
    *) projects+=("$(realpath -- "$1")") ;;
  esac
  shift
done
case $configuration in
  Debug | Release | Cluster) ;;
  *) echo "Configuration '$configuration' must be Debug, Release or Cluster." >&2; exit 2 ;;
esac

cd -- "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")"
started=$(date +%s)
export PORTCULLIS_SEED=${PORTCULLIS_SEED:-1}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Browsers come from the system; npm packages must not download their own.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1
# Every project maps Cluster to its Release.
project_configuration=${configuration/Cluster/Release}

results=$PWD/artifacts/test-results/$configuration
rm -rf -- "$results"
mkdir -p -- "$results"
runners=$results/runners.tsv
: >"$runners"

headline() { printf '\n== %s (%d s)\n' "$1" $(($(date +%s) - started)); }

# record NAME EXIT [RESULTS FOLDER]
record() { printf '%s\t%s\t%s\n' "$1" "$2" "${3:-}" >>"$runners"; }

finish() {
  printf '\n'
  local status=0
  node eng/results.mjs "$runners" "$started" || status=$?
  exit "$status"
}

# step NAME COMMAND...: a step without tests; a failed one counts as one failure, and returns 1.
step() {
  local name=$1 status=0
  shift
  headline "$name"
  "$@" </dev/null || status=$?
  record "$name" "$status"
  return $((status != 0))
}

install_system_packages() {
  local missing=() pair
  for pair in "${needed[@]}"; do
    command -v "${pair#*:}" >/dev/null || missing+=("${pair%%:*}")
  done
  ((${#missing[@]})) || return 0
  headline "Installing ${missing[*]}"
  if [[ ! -f /etc/debian_version || $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
    echo "Missing: ${missing[*]}. Install them with the system's package manager (Debian: apt-get install ${missing[*]}, as root);"
    echo "until then, tests that need them are skipped."
    return 0
  fi
  # Package lists may be absent or old: update them only when the first try fails.
  local install=(apt-get install -y -qq --no-install-recommends "${missing[@]}")
  export DEBIAN_FRONTEND=noninteractive
  if ! "${install[@]}" >"$results/apt.log" 2>&1 \
    && ! { apt-get update -qq && "${install[@]}"; } >>"$results/apt.log" 2>&1; then
    tail -n 5 "$results/apt.log"
    echo "Could not install ${missing[*]}; tests that need them are skipped."
  fi
}

# Files of the repository by name, new ones included; a source archive has no git.
own_files() {
  git ls-files --cached --others --exclude-standard -- "$1" "*/$1" 2>/dev/null \
    || find . -name "$1" -not -path '*/node_modules/*' -printf '%P\n'
}

install_npm_packages() {
  local folder=$1 stamp
  stamp=$(sha256sum <"$folder/package-lock.json")
  [[ -f $folder/node_modules/.installed && $(<"$folder/node_modules/.installed") == "$stamp" ]] && return 0
  npm --prefix "$folder" ci --no-audit --no-fund --loglevel=error || return
  mkdir -p -- "$folder/node_modules"
  printf '%s\n' "$stamp" >"$folder/node_modules/.installed"
}

# run_node NAME FOLDER COMMAND...: node's test runner writes TAP beside what it shows, also below npm.
run_node() {
  local name=$1 folder=$2 status=0 output=$results/${1//\//-}
  shift 2
  headline "$name"
  mkdir -p -- "$output"
  (cd -- "$folder" && NODE_OPTIONS="--test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination=\"$output/node.tap\"" "$@" </dev/null) || status=$?
  record "$name" "$status" "$output"
}

run_dotnet() {
  local name=$1 status=0 output=$results/${1//\//-}
  shift
  headline "$name"
  mkdir -p -- "$output"
  # One project at a time (-m:1): tests measure time, and two cores are little. A hanging test ends its run and is named.
  dotnet test "$@" --no-build -m:1 --results-directory "$output" --logger trx --logger 'console;verbosity=minimal' \
    --blame-hang-timeout "${PORTCULLIS_LONG:+4}5m" --blame-hang-dump-type none </dev/null || status=$?
  record "$name" "$status" "$output"
}

install_system_packages

restore=(dotnet restore Orleans.sln -p:Configuration="$configuration")
[[ ${CI:-} == true ]] && restore+=(--locked-mode)

step 'eng/solution.mjs --check' node eng/solution.mjs --check || true
if ! step "dotnet restore" "${restore[@]}" || ! step "dotnet build, $configuration" dotnet build Orleans.sln -c "$configuration" --no-restore; then
  finish
fi

# .NET tests start servers out of npm packages, so these come first.
manifests=()
while read -r manifest; do
  folder=$(dirname -- "$manifest")
  if [[ ! -f $folder/package-lock.json ]] || step "npm ci $folder" install_npm_packages "$folder"; then
    manifests+=("$manifest")
  fi
done < <(own_files package.json | sort)

if ((${#projects[@]})); then
  for project in "${projects[@]}"; do
    run_dotnet "dotnet test $(realpath --relative-to=. -- "$project")" "$project" -c "$project_configuration"
  done
  finish
fi

run_dotnet 'dotnet test' Orleans.sln -c "$configuration"
run_node 'node eng' . node --test eng/*.test.mjs
for manifest in "${manifests[@]}"; do
  folder=$(dirname -- "$manifest")
  if node -e 'process.exit(JSON.parse(require("fs").readFileSync(process.argv[1])).scripts?.test ? 0 : 1)' "$manifest"; then
    run_node "npm test $folder" "$folder" npm test --silent
  fi
done
finish
