#!/usr/bin/env bash
# The browser tests need Chromium and a Chinese font, those of the other database PostgreSQL. Install them where we may, say how where we may not.
set -u
missing=()
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing+=(chromium)
{ command -v fc-list >/dev/null 2>&1 && fc-list :lang=zh family 2>/dev/null | grep -q .; } || missing+=(fontconfig fonts-noto-cjk)
compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)
[ "${#missing[@]}" -eq 0 ] && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
  echo "安装测试需要的系统包：${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null && exit 0
fi
echo "缺系统包：${missing[*]}。请用管理员身份运行：apt-get install -y ${missing[*]}；没有它们，浏览器测试会失败，PostgreSQL 的测试会跳过。" >&2
exit 2
