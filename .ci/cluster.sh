# A throwaway control plane with object store for .ci/run.
cluster_dir=
cluster_tools=

# cluster_up FOLDER: builds what is missing (minutes, the first time) and starts it; cluster_dir/env tells how to reach it.
cluster_up() {
  cluster_tools=$1
  limited 1500 "$1/build" >"$reports/assets" || return 1
  KUBEBUILDER_ASSETS=$(cat "$reports/assets")
  export KUBEBUILDER_ASSETS
  cluster_dir=$(mktemp -d)
  limited 120 "$1/up" "$cluster_dir"
}

# Safe to call at any time, and twice.
cluster_down() {
  [ -n "$cluster_dir" ] || return 0
  if [ -f "$cluster_dir/pids" ]; then "$cluster_tools/down" "$cluster_dir"; else rm -rf "$cluster_dir"; fi
  cluster_dir=
}
