// A stand-in for pulse-serve with invented trades: it keeps the HTTP contract and does on request what a real server
// does only on a bad day. node mock_server.mjs WEB_FOLDER [PORT]
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { coverage, kNames, matcher, smartMoney, summary } from './mock_answers.mjs';
import { briefing, concentration, kFlowNames, outcomes, signals } from './mock_flow.mjs';
import { closes, iso, kToday, opens, tape, trade } from './mock_data.mjs';

const kKnown = { ...kNames, ...kFlowNames };
const kTypes = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };
const kSecurity = {
  'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer',
};

export class Mock {
  constructor(web, options = {}) {
    Object.assign(this, { web, trades: [], gaps: [], due: closes(kToday), delay: 903, state: 'live', simulated: false, flow: {}, token: null,
      down: false, mute: false, asked: [] }, options);
    this.log = [];
    this.firstId = 1;
    this.streams = new Set();
  }

  async start(port = this.port ?? 0) {
    this.server = createServer((request, response) => this.serve(request, response));
    await new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    this.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.port}/`;
    this.beat = setInterval(() => this.status(), 1000);
    return this;
  }

  // Ends as a killed process does: every connection drops.
  async stop() {
    clearInterval(this.beat);
    this.streams.clear();
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  serve(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.url);
    this.asked.push(request.url);
    for (const [name, value] of Object.entries(kSecurity)) response.setHeader(name, value);
    if (!pathname.startsWith('/api/pulse/')) return this.file(pathname, response);
    if (this.token && request.headers.authorization !== `Bearer ${this.token}`) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      return this.refuse(response, 401, 'unauthorized', 'Send the access token.');
    }
    const route = pathname.slice('/api/pulse/'.length);
    const unknown = [...searchParams.keys()].find((name) => !kKnown[route]?.includes(name));
    if (unknown) return this.refuse(response, 400, 'unknown_parameter', `There is no parameter ${unknown}.`);
    if (searchParams.get('ticker') === 'NOSUCH') return this.refuse(response, 400, 'bad_parameter', 'There is no ticker NOSUCH.');
    if (route === 'stream') return this.stream(request, response, searchParams);
    if (this.down) {
      response.setHeader('Retry-After', '1');
      return this.refuse(response, 503, 'unavailable', 'The database can’t be reached.');
    }
    const answer = { 'smart-money': smartMoney, summary, coverage, signals, concentration, outcomes, briefing }[route](this, searchParams);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
    return undefined;
  }

  refuse(response, status, code, message) {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error: { code, message } }));
  }

  file(pathname, response) {
    const path = join(this.web, pathname === '/' ? 'index.html' : basename(pathname));
    if (!existsSync(path)) return this.refuse(response, 404, 'not_found', 'No such page.');
    response.writeHead(200, { 'Content-Type': kTypes[extname(path)], 'Cache-Control': 'no-cache' });
    return createReadStream(path).pipe(response);
  }

  stream(request, response, query) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write('retry: 2000\n\n');
    const client = { response, matches: matcher(new URLSearchParams([...query, ['cancelled', 'include']])) };
    this.streams.add(client);
    request.on('close', () => this.streams.delete(client));
    const last = request.headers['last-event-id'];
    if (last !== undefined && Number(last) < this.firstId - 1) response.write('event: reload\ndata: {"reason":"too far back"}\n\n');
    else if (last !== undefined) this.log.filter((event) => event.id > Number(last)).forEach((event) => this.send(client, event));
    this.status([client]);
  }

  send(client, { id, name, data }) {
    if (data.ticker !== undefined && !client.matches(data)) return;
    client.response.write(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  status(clients = this.streams) {
    if (this.mute) return;
    const data = { state: this.down ? 'no_database' : this.state, feed_delay_s: this.delay, live_until: this.trades.length > 0 ? iso(this.due) : null,
      stored_at: iso(this.due + this.delay * 1000), simulated: this.simulated, now: iso(Date.now()) };
    for (const { response } of clients) response.write(`event: status\ndata: ${JSON.stringify(data)}\n\n`);
  }

  tell(name, data) {
    const event = { id: this.firstId + this.log.length, name, data };
    this.log.push(event);
    for (const client of this.streams) this.send(client, event);
  }

  // Stores a trade and tells it.
  add(fields) {
    const made = trade({ timestamp: iso(this.due - 1000), ...fields });
    const place = this.trades.findIndex((one) => one.timestamp <= made.timestamp);
    this.trades.splice(place < 0 ? this.trades.length : place, 0, made);
    this.tell('trade', made);
    return made;
  }

  cancel(made) {
    made.cancelled_at = iso(this.due);
    this.tell('cancel', made);
  }

  // What was told so far can't be told again.
  forget() {
    this.firstId += this.log.length;
    this.log = [];
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [web, port = '8081'] = process.argv.slice(2);
  const hole = { from: opens(kToday) + 8_400_000, to: opens(kToday) + 10_500_000 };
  const mock = await new Mock(web, { trades: tape(1500, { holes: [hole] }), gaps: [hole], simulated: true }).start(Number(port));
  process.stdout.write(`${mock.url}\n`);
  setInterval(() => mock.add(tape(1, { seed: Date.now() })[0]), 700);
}
