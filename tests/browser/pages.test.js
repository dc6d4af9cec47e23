// The pages as a reader meets them: in Chromium, with every other host out of reach.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { chromium } from 'playwright-core';

import { startServer } from '../server.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

const FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  '--no-first-run',
  '--no-proxy-server',
  '--no-sandbox',
];

let server;
let browser;
let page;
let requests;
let complaints;

before(
  async () => {
    server = await startServer();
    browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
  },
  { timeout: 60_000 },
);

beforeEach(async () => {
  page = await browser.newPage({ baseURL: server.origin, viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(20_000);
  requests = [];
  complaints = [];
  page.on('request', (request) => requests.push(request));
  page.on('pageerror', (error) => complaints.push(error.message));
  // What the content policy stops is an error on the console too.
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
});

afterEach(async () => {
  await page.close();
  const outside = requests.map((request) => request.url()).filter((url) => !url.startsWith('data:') && !url.startsWith(server.origin));
  assert.deepEqual(outside, [], 'the page asked another host');
  assert.deepEqual(complaints, [], 'the page complained');
});

after(async () => {
  await browser?.close();
  const code = await server?.stop();
  assert.equal(code, 0, 'the server ended well');
});

test('GraphiQL draws, and its first query is answered at once', async () => {
  await page.goto('/graphiql');
  await page.getByRole('button', { name: 'Execute query' }).waitFor();
  assert.match(await editor('query'), /memberState\(code: "GE"\)/);
  const answer = await answered();
  assert.equal(answer.data.memberState.projects.totalCount, 3);
  assert.match(JSON.stringify(answer), /Géorgie/);
  await page.locator('.graphiql-response').getByText('Géorgie').first().waitFor();
});

test('a click runs what stands in the editor, and a reload brings it back', async () => {
  await page.goto('/graphiql?query=%7B__typename%7D');
  assert.deepEqual((await answered()).data, { __typename: 'Query' });
  await page.locator('.graphiql-query-editor .CodeMirror').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('{ again: __typename }');
  await page.getByRole('button', { name: 'Execute query' }).click();
  await page.waitForFunction(() => document.querySelector('.graphiql-response .CodeMirror').CodeMirror.getValue().includes('again'));
  await page.waitForURL((address) => address.searchParams.get('query') === '{ again: __typename }');
  // GraphiQL keeps its tabs a moment later; until then a reload would open the new query beside the old.
  await page.waitForFunction(() => localStorage.getItem('graphiql:tabState')?.includes('again'));
  await page.reload();
  assert.deepEqual((await answered()).data, { again: 'Query' });
  assert.equal(await page.getByRole('tab').count(), 1);
});

test('a link says which query runs, and with which variables', async () => {
  const query = 'query First { __typename } query Second($name: String!) { __type(name: $name) { kind } }';
  await page.goto(`/graphiql?${new URLSearchParams({ query, variables: '{"name": "Query"}', operationName: 'Second' })}`);
  assert.deepEqual((await answered()).data, { __type: { kind: 'OBJECT' } });
});

test('each example on the start page opens in GraphiQL with its answer', async () => {
  await page.goto('/');
  const examples = page.getByRole('link', { name: /^Ask this: / });
  assert.equal(await examples.count(), 3);
  for (let index = 0; index < 3; index += 1) {
    await page.goto('/');
    await examples.nth(index).click();
    await page.waitForURL('**/graphiql?query=*');
    const answer = await answered();
    assert.equal(answer.errors, undefined);
    assert.match(JSON.stringify(answer), /Géorgie/);
  }
});

test('the explorer, the documentation and the settings open', async () => {
  await page.goto('/graphiql');
  await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
  await page.locator('.graphiql-explorer-root').getByText('memberState', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Open settings dialog' }).click();
  await page.getByRole('dialog').getByText('Theme').waitFor();
});

test('the content policy stops what does not belong on the pages', async () => {
  const rules = ['connect-src', 'form-action', 'frame-src', 'img-src', 'script-src-attr', 'script-src-elem', 'style-src-elem'];
  for (const path of ['/', '/graphiql']) {
    await page.goto(path);
    // What a stored text would try, were it ever printed unescaped.
    await page.evaluate(() => {
      window.stopped = new Set();
      document.addEventListener('securitypolicyviolation', (event) => window.stopped.add(event.effectiveDirective));
      document.body.insertAdjacentHTML(
        'beforeend',
        `<img src="data:," onerror="window.ran = 1"><img src="https://other.example/x.png"><style>p { color: red }</style>
         <iframe src="https://other.example/"></iframe><form action="https://other.example/"></form>`,
      );
      const script = document.createElement('script');
      script.textContent = 'window.ran = 1';
      document.body.append(script);
      fetch('https://other.example/').catch(() => {});
      document.querySelector('form[action="https://other.example/"]').submit();
    });
    await page.waitForFunction((expected) => expected.every((rule) => window.stopped.has(rule)), rules);
    assert.equal(await page.evaluate(() => window.ran), undefined, `${path}: a script ran`);
  }
  const outside = requests.filter((request) => !request.url().startsWith(server.origin) && !request.url().startsWith('data:'));
  assert.deepEqual([...new Set(outside.map((request) => request.failure()?.errorText))], ['csp'], 'none went out');
  requests = [];
  complaints = [];
});

test('no other site can put a page into a frame', async () => {
  await page.route('**/framing', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${server.origin}/graphiql"></iframe>` }),
  );
  await page.goto('/framing');
  const frame = page.frames().find((one) => one !== page.mainFrame());
  assert.ok(frame, 'the other page has its frame');
  assert.equal(await frame.locator('#graphiql').count(), 0, 'and nothing of ours in it');
  complaints = [];
});

test('a mutation in a link waits for a click', async () => {
  const sent = [];
  await page.route('**/graphql', async (route) => {
    const { query } = route.request().postDataJSON();
    if (!query.startsWith('mutation')) return route.continue();
    sent.push(route.request().headers());
    return route.fulfill({ json: { data: { __typename: 'Mutation' } } });
  });
  await page.goto('/graphiql?query=mutation%7B__typename%7D');
  await page.getByRole('button', { name: 'Headers' }).click();
  await page.locator('.graphiql-editor-tool .CodeMirror:visible').click();
  await page.keyboard.insertText('{ "Authorization": "Bearer secret" }');
  assert.equal(sent.length, 0);
  await page.getByRole('button', { name: 'Execute query' }).click();
  assert.deepEqual((await answered()).data, { __typename: 'Mutation' });
  assert.deepEqual(sent.map(({ authorization }) => authorization), ['Bearer secret']);
  const kept = await page.evaluate(() => JSON.stringify(localStorage) + location.href);
  assert.doesNotMatch(kept, /secret/, 'the token is not kept');
});

test('a subscription goes on in the page, change by change, until it is stopped', async () => {
  const sockets = [];
  page.on('websocket', (socket) => sockets.push(socket));
  const query = 'subscription { changes(kinds: [MEMBER_STATE]) { action node { ... on MemberState { code } } } }';
  await page.goto(`/graphiql?${new URLSearchParams({ query })}`);
  await page.getByRole('button', { name: 'Execute query' }).click();
  assert.equal((await answered()).data.changes.action, 'CREATED', 'what was made before comes first');
  const token = (await readFile(`${server.data}/admin.token`, 'utf8')).trim();
  const write = await fetch(`${server.origin}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: 'mutation { upsertMemberState(input: { code: "KE" }) { errors { message } } }' }),
  });
  assert.deepEqual((await write.json()).data.upsertMemberState.errors, []);
  await page.waitForFunction(() => document.querySelector('.graphiql-response .CodeMirror').CodeMirror.getValue().includes('"KE"'));
  await page.getByRole('button', { name: 'Stop query' }).click();
  await page.getByRole('button', { name: 'Execute query' }).waitFor();
  assert.deepEqual(sockets.map((socket) => socket.url()), [`${server.origin.replace('http', 'ws')}/graphql`]);
});

/** What stands in the `query` editor or the `response` pane, also where it is scrolled out of sight. */
function editor(name) {
  const selector = { query: '.graphiql-query-editor .CodeMirror', response: '.graphiql-response .CodeMirror' }[name];
  return page.locator(selector).evaluate(({ CodeMirror }) => CodeMirror.getValue());
}

/** The answer, as soon as there is one. */
async function answered() {
  await page.waitForFunction(() => document.querySelector('.graphiql-response .CodeMirror')?.CodeMirror.getValue());
  return JSON.parse(await editor('response'));
}
