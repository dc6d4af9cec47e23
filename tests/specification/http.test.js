// The audits of GraphQL over HTTP, against the binary itself.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { serverAudits } from 'graphql-http';

import { startServer } from '../server.mjs';

let server;

before(async () => {
  server = await startServer();
});

after(async () => {
  assert.equal(await server?.stop(), 0, 'the server ended well');
});

const audits = serverAudits({ url: () => `${server.origin}/graphql` });

test('all the audits there are', () => assert.equal(audits.length, 61));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    assert.equal(result.status, 'ok', result.reason);
  });
}
