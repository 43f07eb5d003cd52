# Makes a Python environment of pinned packages, unless that was done since they changed. A script says $tool, $folder
# and $requirements and reads this; where there is no environment, it ends with a word about the tool that it skips.
skip() {
  echo "skipped $tool: $1"
  exit 0
}
if ! cmp -s "$requirements" "$folder/installed.txt"; then
  command -v python3 >/dev/null || skip 'python3 is not installed'
  python3 -m venv --clear "$folder" || skip 'python3 has no venv'
  "$folder/bin/pip" install --quiet --disable-pip-version-check --no-compile --no-deps --requirement "$requirements" ||
    skip 'its packages cannot be installed'
  cp "$requirements" "$folder/installed.txt"
fi
