// occ-filter's default rule with JSON.parse a line. Chunks split by hand: readline takes twice the time.
const want = new Set(['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA', 'META', 'TSLA']);

function choose(line) {
  const r = JSON.parse(line);
  const root = r.sym.slice(2, -15);
  if (!want.has(root)) return '';
  const e = r.sym.slice(-15, -9);
  const expiry = Date.UTC(2000 + +e.slice(0, 2), e.slice(2, 4) - 1, +e.slice(4)) / 86400000;
  const dte = expiry - Math.floor((r.t - 18000000) / 86400000);
  const premium = r.p * r.s * 100;
  if (dte < 0 || dte > 30 || premium < 50000) return '';
  return JSON.stringify({ ...r, ticker: root, premium, dte }) + '\n';
}

(async () => {
  let rest = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    const chosen = lines.map(choose).join('');
    if (chosen && !process.stdout.write(chosen)) await new Promise((go) => process.stdout.once('drain', go));
  }
})();
