// What partners' programs do with the clients of the two protocols, against the real binary.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { createClient as createStreamClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import WebSocket from 'ws';

import { startServer } from '../server.mjs';

const CHANGES = 'subscription ($after: Cursor) { changes(after: $after) { cursor kind action } }';
const ADD = 'mutation ($code: CountryCode!) { upsertMemberState(input: { code: $code }) { revision } }';

let server;
let token;

before(async () => {
  server = await startServer();
  token = (await readFile(`${server.data}/admin.token`, 'utf8')).trim();
});

after(async () => {
  assert.equal(await server?.stop(), 0, 'the server ended well');
});

const socketClient = (options = {}) =>
  createSocketClient({ url: server.origin.replace('http', 'ws') + '/graphql', webSocketImpl: WebSocket, retryAttempts: 0, ...options });
const streamClient = (options = {}) => createStreamClient({ url: server.origin + '/graphql', retryAttempts: 0, ...options });

async function collect(results) {
  const all = [];
  for await (const result of results) all.push(result);
  return all;
}

async function take(results, count) {
  const taken = [];
  for await (const { data, errors } of results) {
    assert.equal(errors, undefined);
    taken.push(data);
    if (taken.length === count) break;
  }
  return taken;
}

for (const [name, client] of [
  ['graphql-ws', socketClient],
  ['graphql-sse', streamClient],
]) {
  test(`${name}: queries have one result`, async () => {
    const all = await collect(client().iterate({ query: '{ regions { code } }' }));
    assert.equal(all.length, 1);
    assert.equal(all[0].data.regions.length, 3);
  });

  test(`${name}: changes come from the first, and from any cursor`, async () => {
    const all = await take(client().iterate({ query: CHANGES }), 11);
    const rest = await take(client().iterate({ query: CHANGES, variables: { after: all[7].changes.cursor } }), 3);
    assert.deepEqual(rest, all.slice(8, 11));
  });
}

test('graphql-ws: a mutation needs the token in connectionParams', async () => {
  const [{ errors }] = await collect(socketClient().iterate({ query: ADD, variables: { code: 'KE' } }));
  assert.equal(errors[0].extensions.code, 'UNAUTHENTICATED');
  const known = socketClient({ connectionParams: { authorization: `Bearer ${token}` } });
  const [data] = await take(known.iterate({ query: ADD, variables: { code: 'KE' } }), 1);
  assert.equal(data.upsertMemberState.revision, 2);
});

test('graphql-sse: a mutation needs the token in the header', async () => {
  const known = streamClient({ headers: { Authorization: `Bearer ${token}` } });
  const [data] = await take(known.iterate({ query: ADD, variables: { code: 'MX' } }), 1);
  assert.ok(data.upsertMemberState.revision > 1);
});

test('graphql-ws: a wrong token closes with 4403', async () => {
  const closed = new Promise((found) => {
    const client = socketClient({ connectionParams: { authorization: 'Bearer fg_wrong' }, lazy: false, onNonLazyError: () => {}, on: { closed: found } });
    void client;
  });
  assert.equal((await closed).code, 4403);
});

test('graphql-ws: an invalid subscription is an error of the subscription alone', async () => {
  const client = socketClient();
  await assert.rejects(take(client.iterate({ query: 'subscription { nothing }' }), 1), (errors) => {
    assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    return true;
  });
  assert.equal((await take(client.iterate({ query: '{ __typename }' }), 1))[0].__typename, 'Query');
});
