// The inspector's command line: one process a question.
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { databases, expectAnswer, expectList, expectRefusal, options, questions, refusals, server } from './questions.mjs';

const inspector = join(dirname(fileURLToPath(import.meta.url)), 'node_modules/@modelcontextprotocol/inspector/cli/build/index.js');

async function inspect(database, ...words) {
  const env = { ...process.env, PGDATABASE: database };
  const { stdout } = await promisify(execFile)(process.execPath, [inspector, server, ...words, '--', ...options], { env, maxBuffer: 1 << 24 });
  return JSON.parse(stdout);
}

function call(database, name, args) {
  const pairs = Object.entries(args).flatMap(([key, value]) => ['--tool-arg', `${key}=${value}`]);
  return inspect(database, '--method', 'tools/call', '--tool-name', name, ...pairs);
}

for (const database of databases) {
  expectList((await inspect(database, '--method', 'tools/list')).tools);
  for (const question of questions) expectAnswer(question, database, await call(database, question.name, question.arguments));
  console.log(`inspector: ${questions.length} tools on the ${database} database`);
}
const numberless = refusals.filter(([, args]) => !('Sentiment' in args));
for (const refusal of numberless) expectRefusal(refusal, await call('rich', refusal[0], refusal[1]));
console.log(`inspector: ${numberless.length} refusals`);
