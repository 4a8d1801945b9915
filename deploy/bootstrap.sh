#!/bin/sh
# Make .venv from requirements.lock, and put this project into it, editable.
#
#   sh deploy/bootstrap.sh            PYTHON=/some/python3.12 sh deploy/bootstrap.sh
#
# Needs python3 3.11 or newer. Does nothing when .venv was made from the same lock by the
# same Python. The stamp is written last, so a .venv that was interrupted is made anew.
# Packages are checked against the hashes in the lock; nothing runs as another user.
set -eu
cd "$(dirname "$0")/.."

PYTHON=${PYTHON:-python3}
VENV=.venv
STAMP=$VENV/.made-from

fail() {
	echo "bootstrap: $*" >&2
	exit 1
}

command -v "$PYTHON" >/dev/null 2>&1 ||
	fail "$PYTHON is not here: apt-get install python3 (3.11 or newer), or set PYTHON to one."
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
	fail "$PYTHON is $("$PYTHON" -V 2>&1), and 3.11 or newer is needed: set PYTHON to one."

# With .venv activated python3 is the one inside it, which we may be about to remove.
PYTHON=$("$PYTHON" -c 'import sys; print(getattr(sys, "_base_executable", "") or sys.executable)')

# What .venv depends on: the lock, the Python and the folder (a virtual environment cannot
# be moved); then, apart, the project's own table, for which a reinstall of it is enough.
fingerprint() {
	"$PYTHON" - <<'END'
import hashlib, pathlib, sys
def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
lock, table = (pathlib.Path(name).read_text() for name in ("requirements.lock", "pyproject.toml"))
print(digest(lock, sys.version, sys.base_prefix, str(pathlib.Path.cwd())), digest(table))
END
}
WANT=$(fingerprint)
HAVE=$(cat "$STAMP" 2>/dev/null || :)
[ -x "$VENV/bin/python" ] || HAVE=
[ "$HAVE" = "$WANT" ] && exit 0

# Two at once would delete each other's work: the second waits, then finds it done. The
# lock lies on requirements.lock itself, which stays as it is.
if [ "${BOOTSTRAP_LOCKED:-}" != yes ] && command -v flock >/dev/null 2>&1; then
	export BOOTSTRAP_LOCKED=yes PYTHON
	exec flock requirements.lock sh "deploy/$(basename "$0")"
fi

if [ "${HAVE% *}" != "${WANT% *}" ]; then
	# Debian ships python3 without ensurepip; it is in python3-venv.
	if ! "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1; then
		PACKAGE=$("$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
		if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
			echo "bootstrap: installing $PACKAGE"
			export DEBIAN_FRONTEND=noninteractive
			{ apt-get -q update && apt-get -qy -o DPkg::Lock::Timeout=120 install "$PACKAGE"; } \
				>/dev/null ||
				fail "$PACKAGE is missing and apt-get could not install it: see the lines above."
		else
			fail "this Python cannot make virtual environments: run  sudo apt-get install $PACKAGE  and start again."
		fi
	fi

	echo "bootstrap: making $VENV with $("$PYTHON" -V 2>&1)"
	rm -f "$STAMP"
	"$PYTHON" -m venv --clear "$VENV" ||
		fail "the virtual environment could not be made: see the lines above."
	# The one sdist (pyst2) is built apart, with the setuptools that pip fetches for that.
	"$VENV/bin/python" -m pip -qq --disable-pip-version-check install \
		--require-hashes -r requirements.lock ||
		fail "the packages in requirements.lock could not be fetched: see to the network and start again."
fi

rm -f "$STAMP"
"$VENV/bin/python" -m pip -qq --disable-pip-version-check install \
	--no-deps --no-build-isolation -e . ||
	fail "the project could not be put into $VENV: see the lines above."
echo "$WANT" >"$STAMP"
