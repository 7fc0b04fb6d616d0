// The official SDK, version 1: initialize, list, call. It checks every structured answer against the tool's schema.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { options, server, visit } from './questions.mjs';

await visit('SDK v1', async (database) => {
  const transport = new StdioClientTransport({ command: server, args: options, env: { ...process.env, PGDATABASE: database }, stderr: 'pipe' });
  let errors = '';
  transport.stderr.on('data', (data) => (errors += data));
  const client = new Client({ name: 'pulse-tests', version: '1' });
  await client.connect(transport);
  assert.equal(client.getServerVersion().name, 'pulse-mcp');
  assert.match(client.getInstructions(), /no quotes/);
  await client.ping();
  return {
    list: async () => (await client.listTools()).tools,
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: () => client.close(),
    errors: () => errors,
  };
});
