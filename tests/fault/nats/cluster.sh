#!/usr/bin/env bash
# The demo of several machines, with a leader and a consumer killed: the same rows as from one pipeline.
exec "$(dirname "$0")/../../../scripts/cluster-demo" --trades 50000 --batch 20 --kill
