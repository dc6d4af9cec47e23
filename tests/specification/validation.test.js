// What graphql-js refuses, fundgraph refuses, and nothing else.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

import { buildSchema, getIntrospectionQuery, getVariableValues, Kind, parse, validate } from 'graphql';

import { byHand, generated } from './documents.js';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

/** Whether graphql-js would run a request, and why not. */
function reference({ query, variables }) {
  let document;
  try {
    document = parse(query);
    const errors = validate(schema, document);
    if (errors.length) return errors[0].message;
  } catch (error) {
    return error.message;
  }
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operations.length !== 1) return 'Must provide operation name if query contains multiple operations.';
  const { errors } = getVariableValues(schema, operations[0].variableDefinitions, variables ?? {});
  return errors ? errors[0].message : null;
}

/** What fundgraph says to each request. */
function ours(requests) {
  const folder = mkdtempSync(join(tmpdir(), 'fundgraph-validation-'));
  try {
    const file = join(folder, 'requests.ndjson');
    writeFileSync(file, requests.map((request) => JSON.stringify(request)).join('\n'));
    const run = spawnSync(resolve(process.env.FUNDGRAPH_BIN), ['check', file], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const lines = run.stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(lines.length, requests.length, run.stderr);
    return lines;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compare(requests, least) {
  const said = ours(requests);
  let [valid, invalid, tooMuch] = [0, 0, 0];
  const disagreements = requests.flatMap((request, place) => {
    const [refusal, answer] = [reference(request), said[place]];
    // What is valid and more than the server gives is refused for that alone.
    if (answer.errors?.[0].extensions.code === 'LIMIT_EXCEEDED') {
      tooMuch += 1;
      return [];
    }
    refusal === null ? (valid += 1) : (invalid += 1);
    if ((refusal === null) === answer.valid) return [];
    return [`${JSON.stringify(request)}\n  graphql-js: ${refusal ?? 'valid'}\n  fundgraph: ${answer.errors?.[0].message ?? 'valid'}`];
  });
  console.log(`${requests.length} requests: ${valid} valid, ${invalid} invalid, ${tooMuch} beyond a limit, ${disagreements.length} disagreements`);
  assert.deepEqual(disagreements, []);
  assert.ok(valid >= least && invalid >= least, 'both kinds are among them');
  assert.ok(tooMuch * 10 < requests.length, 'the limits leave most of them to the rules');
}

test('requests written for the corners of the rules', () => compare(byHand, 100));

test('requests made from the schema', () => compare(generated(schema, 3_000), 500));

test('the questions that tools ask about the schema', () => {
  const options = [{}, { descriptions: false }, { specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true, experimentalDirectiveDeprecation: true }];
  for (const line of ours(options.map((option) => ({ query: getIntrospectionQuery(option) })))) assert.deepEqual(line, { valid: true, cost: 0 });
});
