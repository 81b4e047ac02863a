#!/bin/sh
# venv.sh REQUIREMENTS: makes .venv with the newest suitable Python and installs what the file names.
# Says in a sentence what the machine lacks. PYTHON=/path/to/python3.12 chooses another Python.
set -eu

suitable() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

if [ ! -x .venv/bin/python ]; then
    found=""
    for python in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
        if command -v "$python" >/dev/null 2>&1 && suitable "$python"; then
            found=$python
            break
        fi
    done
    if [ -z "$found" ]; then
        have=$(python3 -V 2>&1 || echo "没有 none")
        echo "需要 Python 3.11、3.12 或 3.13（现在：$have）。安装后再试，或用 make run PYTHON=/路径/python3.12 指定。" >&2
        echo "Python 3.11, 3.12 or 3.13 is needed (found: $have). Install one, or name it: make run PYTHON=/path/python3.12" >&2
        exit 2
    fi
    if ! "$found" -m venv .venv >.venv.log 2>&1; then
        cat .venv.log >&2
        rm -rf .venv .venv.log
        version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "不能建立虚拟环境。在 Debian、Ubuntu 上先执行：sudo apt-get install python$version-venv" >&2
        echo "No virtual environment could be made. On Debian or Ubuntu: sudo apt-get install python$version-venv" >&2
        exit 2
    fi
    rm -f .venv.log
fi

echo "安装 installing $1 …"
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$1"; then
    echo "安装没有成功，请检查网络或 pip 的设置后再执行一次。" >&2
    echo "The installation failed: check the network or pip's settings and try again." >&2
    exit 2
fi
