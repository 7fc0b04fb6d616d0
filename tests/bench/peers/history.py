"""All trades of AAPL's contracts on a day, page after page over REST, with urllib and json."""
import json
import os
import sys
import urllib.request

BASE = os.environ["POLYGON_API_URL"]


def pages(url):
    while url:
        request = urllib.request.Request(url, headers={"Authorization": "Bearer " + os.environ["POLYGON_API_KEY"]})
        with urllib.request.urlopen(request) as reply:
            page = json.load(reply)
        yield page.get("results", [])
        url = page.get("next_url")


for contracts in pages(f"{BASE}/v3/reference/options/contracts?underlying_ticker=AAPL&expired=true&limit=1000"):
    for contract in contracts:
        sym = contract["ticker"]
        for trades in pages(f"{BASE}/v3/trades/{sym}?timestamp=2025-12-05&order=asc&limit=50000"):
            for r in trades:
                ns = r["sip_timestamp"]
                sys.stdout.write(json.dumps({"ev": "T", "sym": sym, "x": r["exchange"], "p": r["price"], "s": r["size"],
                                             "c": r.get("conditions", []), "t": ns // 1000000, "ns": ns, "src": "rest"}) + "\n")
