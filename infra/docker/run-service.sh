#!/bin/sh
# Starts the part of the gateway that is named: a service, `migrate`, the provider emulators, or the command `llmgateway`.
set -e
cd /app
case ${1:-} in
  edge-api | router | provider-workers | cost-ledger | config-sync) entry=services/$1/dist/main.js ;;
  migrate)
    node services/cost-ledger/dist/migrate.js
    exec node services/config-sync/dist/migrate.js
    ;;
  llmgateway)
    shift
    exec node services/config-sync/bin/llmgateway.cjs "$@"
    ;;
  emulators) entry=libs/testkit/dist/emulators/main.js ;;
  *)
    echo "usage: edge-api | router | provider-workers | cost-ledger | config-sync | migrate | emulators | llmgateway" >&2
    exit 2
    ;;
esac
# As infra/local/src/mesh/service-table.ts says.
case $1 in
  edge-api | router | provider-workers) NODE_FLAGS="--heap-growing-percent=400 $NODE_FLAGS" ;;
esac
shift
exec node $NODE_FLAGS "$entry" "$@"
