// history_node.js [--doubles]: all trades of AAPL's contracts on a day, page after page over REST, with fetch and JSON.parse.
// JSON.parse reads a time in nanoseconds as a double; a program that writes it must take it from the text. --doubles is the
// simplest thing people write, and its `ns` is wrong.
const doubles = process.argv[2] === '--doubles';
const base = process.env.POLYGON_API_URL;
const headers = { Authorization: 'Bearer ' + process.env.POLYGON_API_KEY };

const parse = doubles ? JSON.parse : (text) => JSON.parse(text.replace(/"sip_timestamp":(\d+)/g, '"sip_timestamp":"$1"'));
const milliseconds = doubles ? (ns) => Math.floor(ns / 1e6) : (ns) => ns.slice(0, -6);

async function* pages(url) {
  while (url) {
    const page = parse(await (await fetch(url, { headers })).text());
    yield page.results ?? [];
    url = page.next_url;
  }
}

(async () => {
  for await (const contracts of pages(`${base}/v3/reference/options/contracts?underlying_ticker=AAPL&expired=true&limit=1000`))
    for (const { ticker } of contracts)
      for await (const rows of pages(`${base}/v3/trades/${ticker}?timestamp=2025-12-05&order=asc&limit=50000`)) {
        const lines = rows.map((r) => `{"ev":"T","sym":"${ticker}","x":${r.exchange},"p":${r.price},"s":${r.size},` +
          `"c":[${r.conditions ?? ''}],"t":${milliseconds(r.sip_timestamp)},"ns":${r.sip_timestamp},"src":"rest"}\n`);
        if (!process.stdout.write(lines.join(''))) await new Promise((go) => process.stdout.once('drain', go));
      }
})();
