#!/bin/sh
# Starts the part of the gateway that is named: a service, `migrate`, or the provider emulators.
set -e
cd /app
case ${1:-} in
  edge-api | router | provider-workers | cost-ledger | config-sync) entry=services/$1/dist/main.js ;;
  migrate) entry=services/cost-ledger/dist/migrate.js ;;
  emulators) entry=libs/testkit/dist/emulators/main.js ;;
  *)
    echo "usage: edge-api | router | provider-workers | cost-ledger | config-sync | migrate | emulators" >&2
    exit 2
    ;;
esac
# A worker's young generation is kept small: docs/decisions/0006, "large bodies".
if [ "$1" = provider-workers ]; then NODE_FLAGS="--max-semi-space-size=8 $NODE_FLAGS"; fi
shift
exec node $NODE_FLAGS "$entry" "$@"
