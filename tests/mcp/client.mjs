// The official client, version 2, in all three ways it can find out what the server speaks.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { options, server, visit } from './questions.mjs';

const modern = '2026-07-28';
const modes = [
  ['legacy', 'legacy', '2025-11-25'],
  ['auto', 'auto', modern],
  ['pinned', { pin: modern }, modern],
];

for (const [name, mode, version] of modes) {
  await visit(`client v2, ${name}`, async (database) => {
    const transport = new StdioClientTransport({ command: server, args: options, env: { ...process.env, PGDATABASE: database }, stderr: 'pipe' });
    let errors = '';
    transport.stderr.on('data', (data) => (errors += data));
    const client = new Client({ name: 'pulse-tests', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(transport);
    assert.equal(client.getNegotiatedProtocolVersion(), version);
    assert.equal(client.getServerVersion().name, 'pulse-mcp');
    assert.match(client.getInstructions(), /no quotes/);
    return {
      list: async () => (await client.listTools()).tools,
      call: (tool, args) => client.callTool({ name: tool, arguments: args }),
      close: () => client.close(),
      errors: () => errors,
    };
  });
}
