#!/usr/bin/env bash
# Writes a file of every report in every format, and has programs read them that share no code with the ones that wrote
# them: Python, openpyxl, poppler, zstd and unzip; with --libreoffice that one too.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ $* != '' && $* != --libreoffice ]]; then
  echo 'Usage: npm run check:other-programs [-- --libreoffice]' >&2
  exit 2
fi

# A Python from elsewhere stands before the system's, but does not see the packages of that one.
find_python() {
  local candidate
  for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import openpyxl, zoneinfo; zoneinfo.ZoneInfo("Europe/Berlin")' 2>/dev/null; then
      python=$candidate
      return
    fi
  done
  return 1
}

missing=()
find_python || missing+=(python3 python3-openpyxl tzdata)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
command -v unzip >/dev/null || missing+=(unzip)
command -v zstd >/dev/null || missing+=(zstd)
if [[ $* == --libreoffice ]]; then
  command -v soffice >/dev/null || missing+=(libreoffice-calc)
fi

if ((${#missing[@]})); then
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    echo "Please install ${missing[*]} (names of Debian's packages)" >&2
    exit 2
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  find_python
fi

directory=$(mktemp -d)
node test/other-programs/write-files.ts "$directory"
if "$python" -B test/other-programs/check.py "$directory" "$@"; then
  rm -r "$directory"
else
  echo "The files are in $directory" >&2
  exit 1
fi
