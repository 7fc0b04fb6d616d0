#!/usr/bin/env bash
# History has no sequence numbers: identical prints are as many as from one pipeline, whoever gets which of them.
exec "$(dirname "$0")/../../../scripts/cluster-demo" --trades 6000 --servers 1 --batch 300 --everything --history
