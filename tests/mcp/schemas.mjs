// The schemas themselves: valid, strict (no keyword that a reader would skip), true of every answer, and with examples of every
// argument that they describe accepted by the server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { databases, expectAnswer, options, questions, server } from './questions.mjs';

// Each of these names every property of its objects; the answers may not have others.
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  if (copy.properties && copy.type === 'object' && copy.additionalProperties === undefined) copy.additionalProperties = false;
  return copy;
}

const more = {
  flow_briefing: [{}, { ticker: 'NVDA', side: 'CALL', until: '2025-12-01T16:00:00Z', window: 5 }, { ticker: 'AAPL', strike: 230, expiry: '2025-12-19', until: '2025-12-03' }],
  strike_concentration: [{}, { until: '2025-12-03T15:30:00Z', max_dte: 20, min_premium: 1000.5, side: 'PUT', window: 10, max_bytes: 4096 }],
  smart_money_trades: [{}, { limit: 1000, max_bytes: 262144 }, { max_bytes: 4096, limit: 200 }, { fields: 'ticker,premium,timestamp', cancelled: 'include', since: '2025-12-01', until: '2025-12-05', expiry: '2025-12-19', strike: 230, max_dte: 30 }],
  similar_events: [{ ticker: 'AAPL', side: 'CALL' }, { ticker: 'NVDA', side: 'PUT', as_of: '2025-12-05', days: 400 }, { ticker: 'AAPL', side: 'CALL', as_of: '2025-12-05', premium: 1000000 }],
  data_coverage: [{}, { ticker: ['AAPL', 'MSFT'], since: '2025-06-01', until: '2025-12-05', max_bytes: 262144, limit: 120 }],
};

for (const database of databases) {
  const child = spawn(server, options, { env: { ...process.env, PGDATABASE: database }, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
  let id = 0;
  const send = async (method, params) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params: { ...params, _meta: meta } })}\n`);
    const message = JSON.parse((await lines.next()).value);
    assert.equal(message.id, id);
    return message.result;
  };
  const { tools } = await send('tools/list', {});
  let checked = 0;
  for (const tool of tools) {
    const ajv = new Ajv2020({ strict: true, strictTypes: true, allowUnionTypes: true, allErrors: true });
    addFormats(ajv);
    const takes = ajv.compile(tool.inputSchema);
    const gives = ajv.compile(closed(tool.outputSchema));
    const question = questions.find((one) => one.name === tool.name);
    for (const args of [question.arguments, ...more[tool.name]]) {
      const what = `${tool.name} ${JSON.stringify(args)} on ${database}`;
      if (!Array.isArray(args.ticker)) assert.ok(takes(args), `${what}: ${ajv.errorsText(takes.errors)}`);
      const result = await send('tools/call', { name: tool.name, arguments: args });
      assert.ok(!result.isError, `${what}: ${JSON.stringify(result.content)}`);
      assert.ok(gives(result.structuredContent), `${what}: ${JSON.stringify(gives.errors?.slice(0, 4))}`);
      if (args === question.arguments) expectAnswer(question, database, result);
      checked += 1;
    }
    const args = question.arguments;
    for (const wrong of [{ ...args, direction: 'up' }, { ...args, side: 'BUY' }, { ...args, limit: 0 }, { ...args, until: 5 }])
      assert.ok(!takes(wrong), `${tool.name} shouldn't allow ${JSON.stringify(wrong)}`);
  }
  child.stdin.end();
  assert.equal(await new Promise((resolve) => child.on('exit', resolve)), 0);
  console.log(`schemas: ${checked} answers hold on the ${database} database`);
}
