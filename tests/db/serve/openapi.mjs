// openapi.mjs URL: is the description at URL valid, and is it true? Every example request in it is sent, every parameter's
// examples too, and each answer must have a described status and a body that its schema allows.
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import assert from 'node:assert/strict';

const base = process.argv[2];
const document = await (await fetch(`${base}/api/pulse/openapi.json`)).json();

const verdict = await new Validator().validate(structuredClone(document));
assert.ok(verdict.valid, JSON.stringify(verdict.errors, null, 1));

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, 'doc');

const lookUp = (node) => (node?.$ref ? node.$ref.slice(2).split('/').reduce((at, key) => at[key], document) : node);

// The schema of `pointer` inside the document, so that its references are found.
function check(value, pointer, what) {
  const validate = ajv.getSchema(`doc#${pointer}`) ?? ajv.compile({ $ref: `doc#${pointer}` });
  assert.ok(validate(value), `${what}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(value).slice(0, 600)}`);
}

const escaped = (part) => part.replaceAll('~', '~0').replaceAll('/', '~1');
let requests = 0;

async function firstEvents(response, wanted = 'status') {
  const reader = response.body.getReader();
  let text = '';
  while (!text.includes(`event: ${wanted}`) || !text.endsWith('\n\n')) text += new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  return text;
}

async function send(path, target, operation, status) {
  const response = await fetch(base + target);
  requests += 1;
  assert.equal(response.status, status, `${target}: ${response.status}`);
  const described = operation.responses[String(status)];
  assert.ok(described, `${target}: status ${status} is not described`);
  const type = response.headers.get('content-type').split(';')[0];
  const pointer = `/paths/${escaped(path)}/get/responses/${status}/content/${escaped(type)}/schema`;
  assert.ok(described.content[type], `${target}: ${type} is not described`);
  if (type === 'text/event-stream') {
    const data = /event: status\ndata: (.*)\n/.exec(await firstEvents(response))[1];
    check(JSON.parse(data), '/components/schemas/Status', target);
  } else if (type === 'application/json') {
    check(await response.json(), pointer, target);
  } else {
    await response.text();
  }
}

for (const [path, { get: operation }] of Object.entries(document.paths)) {
  for (const example of operation['x-example-requests']) await send(path, example.path, operation, example.status);
  for (const node of operation.parameters ?? []) {
    const parameter = lookUp(node);
    if (parameter.in !== 'query') continue;
    // A summary's period has two ends, and is short unless its steps are long.
    const other = path.endsWith('summary') ? { since: '&until=2025-12-06', until: '&since=2025-12-05' }[parameter.name] ?? '' : '';
    for (const { value } of Object.values(parameter.examples ?? {}))
      await send(path, `${path}?${parameter.name}=${encodeURIComponent(value)}${other}`, operation, 200);
  }
  for (const [status, response] of Object.entries(operation.responses))
    for (const [type, content] of Object.entries(response.content ?? {}))
      if (type === 'application/json' && content.example)
        check(content.example, `/paths/${escaped(path)}/get/responses/${status}/content/${escaped(type)}/schema`, `example of ${path}`);
}
// Signals as events: what was there before is told to one that comes back from before it.
const stream = await fetch(`${base}/api/pulse/signals`, { headers: { Accept: 'text/event-stream', 'Last-Event-ID': '0-none' } });
assert.equal(stream.headers.get('content-type').split(';')[0], 'text/event-stream');
check(JSON.parse(/event: signal\ndata: (.*)\n/.exec(await firstEvents(stream, 'signal'))[1]), '/components/schemas/SignalEvent', 'a signal');

assert.ok(requests > 70, `only ${requests} requests`);
console.log(`${requests} requests answered as described`);
