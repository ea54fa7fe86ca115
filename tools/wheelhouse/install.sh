#!/bin/sh
# Installs coverplan from this folder, without a network. 不联网安装 coverplan。
#   sh install.sh [FOLDER]      PYTHON=python{python} sh install.sh
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
into=${1:-coverplan-env}
python=${PYTHON:-python{python}}
command -v "$python" >/dev/null 2>&1 || python=python3
"$python" "$here/check.py"
"$python" -m venv "$into"
"$into/bin/python" -m pip install --quiet --no-warn-script-location --no-index --find-links "$here/wheels" --require-hashes -r "$here/requirements.txt"
"$into/bin/coverplan" doctor
echo "已安装 installed: $into/bin/coverplan"
