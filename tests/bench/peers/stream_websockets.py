#!/usr/bin/env python3
"""Does what polygon-stream does with python3-websockets: stream_websockets.py URL COUNT ROOTS.

Writes the trades of ROOTS (comma-separated, or ALL) as JSON lines and ends after COUNT of them.
"""

import asyncio
import json
import sys

import websockets


async def main(url, count, roots):
    wanted = None if roots == "ALL" else set(roots.split(","))
    left = int(count)
    async with websockets.connect(url + "/options", max_size=None, ping_interval=None, compression=None) as socket:
        await socket.send('{"action":"auth","params":"any"}')
        async for message in socket:
            lines = []
            for event in json.loads(message):
                if event["ev"] == "status":
                    if event["status"] == "auth_success":
                        await socket.send('{"action":"subscribe","params":"T.*"}')
                elif event["ev"] == "T" and (wanted is None or event["sym"][2:-15] in wanted):
                    lines.append(json.dumps(event, separators=(",", ":")) + "\n")
            if lines:
                sys.stdout.write("".join(lines[:left]))
                sys.stdout.flush()
                left -= min(left, len(lines))
            if left == 0:
                return
    raise SystemExit("the connection ended early")


asyncio.run(main(*sys.argv[1:]))
