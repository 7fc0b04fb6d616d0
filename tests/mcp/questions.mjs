// What every client asks, and what must hold of the answers: of a database with an invented history, and of an empty one.
import assert from 'node:assert/strict';

export const server = `${process.env.PULSE_BIN}/pulse-mcp`;
export const options = ['--underlyings', 'AAPL,NVDA'];
export const databases = ['rich', 'empty'];

const at = '2025-12-03T15:30:00Z';

// `rich` looks at the object of the rich database; `words` must be among the text's, with history and without.
export const questions = [
  {
    name: 'flow_briefing',
    arguments: { until: at },
    rich: (answer) => answer.evidence.cluster.unusual.status === 'scored' && answer.evidence.outcomes.analogues.length > 20,
    words: { rich: /^AAPL 230 P 2025-12-19 .* earlier sessions: .* Side unknown: no quotes\./, empty: /^All tickers watched: unknown/ },
  },
  {
    name: 'strike_concentration',
    arguments: { ticker: 'AAPL,NVDA', until: at, limit: 200 },
    rich: (answer) => answer.clusters.length === answer.cluster_count && answer.clusters.length > 1,
    words: { rich: /^3 contracts with orders .* earlier sessions .* \(p ≤ 0\.0\d+; /, empty: /^No stored order .*unknown, not none/ },
  },
  {
    name: 'smart_money_trades',
    arguments: { until: '2025-12-05', limit: 200, min_premium: 60000 },
    rich: (answer) => answer.trades.length > 20 && answer.trades.every((trade) => trade.premium >= 60000),
    words: { rich: /^\d+ trades, newest first, from 2025-12-05T/, empty: /^No stored trade matches\. .*unknown, not none/ },
  },
  {
    name: 'similar_events',
    arguments: { ticker: 'NVDA', side: 'CALL', as_of: '2025-12-05' },
    rich: (answer) => answer.analogues.length >= 20 && answer.horizons.length === 3,
    words: { rich: /\d+ in \d+ known sessions .*Wilson .*ordinary NVDA sessions/, empty: /^Similar events before: .*unknown, not none/ },
  },
  {
    name: 'data_coverage',
    arguments: { until: '2025-12-05' },
    rich: (answer) => answer.sessions.length === 5 && answer.sessions.every((day) => day.tickers.every((one) => one.state === 'complete')),
    words: { rich: /^5 sessions, 2025-12-05 back to 2025-12-01\. All market time /, empty: /Nothing is known of the market time/ },
  },
];

// Arguments that the server refuses in words, and the words.
export const refusals = [
  ['smart_money_trades', { direction: 'up' }, /no quotes/],
  ['smart_money_trades', { side: 'bullish' }, /no quotes.*CALL or PUT/],
  ['flow_briefing', { Sentiment: 'good' }, /no quotes/],
  ['strike_concentration', { window: 7 }, /window must be 5, 10 or 30/],
  ['similar_events', { side: 'CALL' }, /ticker must be one name/],
  ['similar_events', { ticker: 'AAPL', side: 'CALL', max_bytes: 5000 }, /max_bytes: no such parameter/],
  ['data_coverage', { limit: 1000 }, /limit must be/],
];

export function expectList(tools) {
  assert.deepEqual(
    tools.map((tool) => tool.name),
    ['flow_briefing', 'strike_concentration', 'smart_money_trades', 'similar_events', 'data_coverage'],
  );
  for (const tool of tools) {
    assert.ok(tool.title && tool.description.length > 100, tool.name);
    assert.deepEqual(tool.annotations, { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false });
    assert.equal(tool.inputSchema.additionalProperties, false);
    assert.equal(tool.outputSchema.type, 'object');
  }
}

export function expectAnswer(question, database, result) {
  const what = `${question.name} on ${database}`;
  assert.ok(!result.isError, `${what}: ${JSON.stringify(result.content)}`);
  assert.deepEqual(result.content.map((part) => part.type), ['text', 'text'], what);
  assert.match(result.content[0].text, question.words[database], what);
  assert.deepEqual(JSON.parse(result.content[1].text), result.structuredContent, what);
  if (database === 'rich') assert.ok(question.rich(result.structuredContent), `${what}: ${result.content[1].text.slice(0, 800)}`);
}

export function expectRefusal([name, , words], result) {
  assert.equal(result.isError, true, name);
  assert.equal(result.structuredContent, undefined, name);
  assert.match(result.content[0].text, words, name);
}

// One client's whole visit: `open(database)` gives { list, call, close, errors }.
export async function visit(what, open) {
  for (const database of databases) {
    const client = await open(database);
    expectList(await client.list());
    for (const question of questions) expectAnswer(question, database, await client.call(question.name, question.arguments));
    for (const refusal of refusals) expectRefusal(refusal, await client.call(refusal[0], refusal[1]));
    await assert.rejects(client.call('no_such_tool', {}), (error) => error.code === -32602 && /no such tool/.test(error.message));
    await client.close();
    assert.equal(client.errors(), '', `${what}: what it says on stderr`);
    console.log(`${what}: ${questions.length} tools and ${refusals.length} refusals on the ${database} database`);
  }
}
