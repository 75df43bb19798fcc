#!/usr/bin/env bash
# Installs what was built, builds a project that only knows the package, and runs it against a node of that package.
set -euo pipefail
build_dir=$1 source_dir=$2 compiler=$3 launcher=$4 flags=$5

work=$(mktemp -d /tmp/florin-package-XXXXXX)
node=
finish() {
  if [[ -n $node ]]; then
    kill "$node" 2>/dev/null || true
    wait "$node" || true
  fi
  rm -rf "$work"
}
trap finish EXIT

cmake --install "$build_dir" --prefix "$work/installed" >/dev/null
cmake -S "$source_dir" -B "$work/till" -DCMAKE_PREFIX_PATH="$work/installed" -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_BUILD_TYPE=Debug >/dev/null
cmake --build "$work/till" >/dev/null

# Nothing of ours but the facade is to be seen, and nothing of what is inside.
exported=$(nm -DC --defined-only "$work"/installed/lib*/*/libflorin_client.so 2>/dev/null ||
           nm -DC --defined-only "$work"/installed/lib*/libflorin_client.so)
if grep -E ' [TDBR] ' <<<"$exported" | grep -v 'florin::client::'; then
  echo "the library shows more than florin::client" >&2
  exit 1
fi

printf '[store]\ndata_dir = "data"\nshards = 2\n[gateway]\nlisten = "off"\n' >"$work/florin.toml"
"$work/installed/bin/florin" --config "$work/florin.toml" run >"$work/log" 2>&1 &
node=$!
if ! "$work/till/till" "$work/data/run" 2; then
  echo "the till failed; the node said:" >&2
  cat "$work/log" >&2
  exit 1
fi
