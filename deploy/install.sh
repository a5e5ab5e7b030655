#!/usr/bin/env bash
# Set up Chỉ Dẫn from this folder alone, without a network: checks every file, then makes .venv.
set -euo pipefail
cd "$(dirname "$0")"
python=${PYTHON:-python3}
if ! sha256sum --quiet -c SHA256SUMS; then
    echo "Có tệp hỏng hoặc bị đổi khi chép (nêu ở trên); chưa cài gì. Hãy chép lại gói." >&2
    exit 1
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cần Python 3.11 trở lên; đặt PYTHON=đường-dẫn nếu có bản khác.")'
"$python" -m venv .venv
# The checksums above stand for the hashes, which name the packages as they were published.
sed 's/ *\\$//; /^ *--hash=/d' requirements.txt > .venv/requirements.txt
if ! .venv/bin/pip install -q --disable-pip-version-check --no-index --find-links wheels -r .venv/requirements.txt; then
    echo "Gói này lập cho máy có Python hoặc bộ xử lý khác. Hãy chạy make bundle trên một máy cùng loại." >&2
    exit 1
fi
PYTHONWARNINGS=ignore .venv/bin/pip install -q --disable-pip-version-check --no-deps --no-index --no-build-isolation -e .
touch .venv/.installed
echo "Xong. Hỏi thử: .venv/bin/chidan ask 'Năm 2024 kết nạp bao nhiêu đảng viên?'"
echo "Đặt bot: .venv/bin/chidan setup   Chạy: .venv/bin/chidan run   Dịch vụ: deploy/install-service"
