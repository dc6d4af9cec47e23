// Documents and variables to compare on: by hand where a rule has its corners, generated from the schema where it has not.

import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** A request without variables. */
const just = (query) => ({ query });

// Names and shapes of operations and fragments.
const structure = [
  '{ service { revision } }',
  'query { service { revision } }',
  'query A { service { revision } } query B { regions { code } }',
  'query A { service { revision } } query A { regions { code } }',
  '{ service { revision } } { regions { code } }',
  '{ service { revision } } query A { regions { code } }',
  'fragment F on Query { service { revision } }',
  '{ ...F } fragment F on Query { service { revision } }',
  '{ ...F } fragment F on Query { service { revision } } fragment F on Query { regions { code } }',
  '{ ...F } fragment F on Query { service { revision } } fragment G on Query { regions { code } }',
  '{ ...Missing }',
  '{ ...F } fragment F on Query { ...F }',
  '{ ...F } fragment F on Query { ...G } fragment G on Query { ...F regions { code } }',
  '{ service { revision } } fragment F on Query { ...G } fragment G on Query { ...F }',
  '{ ...F } fragment F on Missing { a }',
  '{ ...F } fragment F on Language { a }',
  '{ ...F } fragment F on ProjectFilter { a }',
  '{ ...F } fragment F on Mutation { __typename }',
  '{ ... on Query { regions { code } } }',
  '{ ... on Mutation { __typename } }',
  '{ ... { regions { code } } }',
  '{ ... @include(if: true) { regions { code } } }',
  'query ($a: Boolean!) { ... @include(if: $a) { regions { code } } }',
  'mutation { deleteNode(input: { id: "x" }) { revision } }',
  'subscription { changes { cursor } }',
  'subscription { changes { cursor } again: changes { cursor } }',
  'subscription { __typename }',
  'subscription { ...F } fragment F on Subscription { changes { cursor } }',
  'subscription { ...F ...G } fragment F on Subscription { changes { cursor } } fragment G on Subscription { changes { revision } }',
  'subscription A { changes { cursor } } query B { regions { code } }',
  'type Query { a: Int }',
  '{ regions { code } } type A { a: Int }',
  'extend type Query { a: Int }',
  '{ regions { code } } extend type Query { a: Int }',
  'schema { query: Query }',
  '{ regions { code } } directive @x on FIELD',
];

// Letters, numbers, strings, comments.
const letters = [
  '',
  '#',
  '{',
  '}',
  '{ }',
  '{ regions { } }',
  '{ regions { code }',
  '{ regions { code } } }',
  '\ufeff{ regions { code } }',
  '{ regions \ufeff{ code } }',
  '{,,regions,,{,code,},}',
  '{\r\nregions\r{\n\tcode # é {\n}}',
  '{ regions { code } } # end',
  '{ regions { code } } \u0000',
  '{ regions { \u00e9 } }',
  '{ regions { code\u00a0} }',
  "{ project(code: 'a') { code } }",
  '{ project(code: "a) { code } }',
  '{ project(code: "a\nb") { code } }',
  '{ project(code: "a\\nb") { code } }',
  '{ project(code: "a\tb") { code } }',
  '{ project(code: "\\q") { code } }',
  '{ project(code: "\\") { code } }',
  '{ project(code: "\\u00e9") { code } }',
  '{ project(code: "\\u00g9") { code } }',
  '{ project(code: "\\u{1F600}") { code } }',
  '{ project(code: "\\u{}") { code } }',
  '{ project(code: "\\u{110000}") { code } }',
  '{ project(code: "\\u{D800}") { code } }',
  '{ project(code: "\\u{000041}") { code } }',
  '{ project(code: "\\u{00000041}") { code } }',
  '{ project(code: "\\u{000000041}") { code } }',
  '{ project(code: "\\uD83D\\uDE00") { code } }',
  '{ project(code: "\\uD83D") { code } }',
  '{ project(code: "\\uD83Dx") { code } }',
  '{ project(code: "\\uDE00\\uD83D") { code } }',
  '{ project(code: "\\uD83D\\uD83D") { code } }',
  '{ project(code: "😀") { code } }',
  '{ project(code: "") { code } }',
  '{ project(code: """""") { code } }',
  '{ project(code: """a""") { code } }',
  '{ project(code: """a\n  b\n\tc""") { code } }',
  '{ project(code: """a\\"""b""") { code } }',
  '{ project(code: """a\\u00e9\\q""") { code } }',
  '{ project(code: """a) { code } }',
  '{ project(code: """a"") { code } }',
  '{ project(code: """a"""") { code } }',
  '{ project(code: "a""b") { code } }',
  '{ projects(first: 1) { totalCount } }',
  '{ projects(first: 01) { totalCount } }',
  '{ projects(first: -0) { totalCount } }',
  '{ projects(first: +1) { totalCount } }',
  '{ projects(first: 1a) { totalCount } }',
  '{ projects(first: 1.) { totalCount } }',
  '{ projects(first: .1) { totalCount } }',
  '{ projects(first: 0x1) { totalCount } }',
  '{ projects(first: 1.0) { totalCount } }',
  '{ projects(first: 1e2) { totalCount } }',
  '{ projects(first: 1 first: 2) { totalCount } }',
  '{ projects(first:) { totalCount } }',
  '{ projects() { totalCount } }',
  '{ projects(first: 1)() { totalCount } }',
  '{ a: b: regions { code } }',
  '{ regions: regions { code: code } }',
  '{ on: regions { code } }',
  '{ fragment: regions { query: code } }',
  '{ ...on }',
  'fragment on on Query { regions { code } } { ...on }',
  'query on { regions { code } }',
  'query query { query: regions { code } }',
  'query null { null: regions { true: code } }',
  'queri { regions { code } }',
  'Query { regions { code } }',
  'query { regions { code } } extra',
  '{ .. on Query { regions { code } } }',
  '{ .... on Query { regions { code } } }',
  '{ ...\non\nQuery { regions { code } } }',
  '{ regions @ skip(if: false) { code } }',
  '{ regions @{ code } }',
  '"about" query { regions { code } }',
  '"about" { regions { code } }',
  '"""about""" query A { regions { code } } "of" fragment F on Query { regions { code } }',
  '{ ...F } "of" fragment F on Query { regions { code } }',
  'query ("about it" $a: Int) { projects(first: $a) { totalCount } }',
  'query ("about it" "twice" $a: Int) { projects(first: $a) { totalCount } }',
  '"about"',
  '"about" "twice" query { regions { code } }',
];

// Fields, arguments, merging.
const fields = [
  '{ regoins { code } }',
  '{ regions }',
  '{ regions { code { a } } }',
  '{ regions { code { __typename } } }',
  '{ service { revision(a: 1) } }',
  '{ __typename }',
  '{ __schema { types { name } } }',
  '{ regions { __schema { types { name } } } }',
  '{ regions { __typename } }',
  '{ __type { name } }',
  '{ __type(name: "Query") { name } }',
  'mutation { __typename }',
  'mutation { __schema { types { name } } }',
  '{ project { code } }',
  '{ project(code: null) { code } }',
  '{ project(code: "a", code: "a") { code } }',
  '{ project(code: "a", b: 1) { code } }',
  '{ search(text: "a") { edges { node { id } } } }',
  '{ search(text: "a") { edges { node { __typename ... on Project { id } } } } }',
  '{ search(text: "a") { edges { node { ... on Node { id } } } } }',
  '{ search(text: "a") { edges { node { ... on Query { __typename } } } } }',
  '{ search(text: "a") { edges { node { ... on SearchHit { __typename } } } } }',
  '{ node(id: "a") { id } }',
  '{ node(id: "a") { code } }',
  '{ node(id: "a") { ... on Project { code } ... on MemberState { code } } }',
  '{ node(id: "a") { ... on Project { code } ... on MemberState { number: code } } }',
  '{ node(id: "a") { ... on Project { title } ... on NewsItem { title } } }',
  '{ node(id: "a") { ... on Project { title(language: FR) } ... on NewsItem { title(language: EN) } } }',
  '{ node(id: "a") { ... on Project { title(language: FR) } ... on Project { title(language: EN) } } }',
  '{ node(id: "a") { ... on Project { a: code } ... on MemberState { a: projects { totalCount } } } }',
  '{ node(id: "a") { ... on Project { a: region { code } } ... on MemberState { a: region { name } } } }',
  '{ node(id: "a") { ... on Project { a: region { x: code } } ... on MemberState { a: region { x: name } } } }',
  '{ node(id: "a") { ... on Project { a: region { x: name } } ... on MemberState { a: region { x: name(language: FR) } } } }',
  '{ node(id: "a") { id ... on Project { id: code } } }',
  '{ node(id: "a") { ... on Query { regions { code } } } }',
  '{ regions { code } regions { name } }',
  '{ regions { a: code } regions { a: name } }',
  '{ regions { a: code a: code } }',
  '{ regions { name name(language: FR) } }',
  '{ regions { name(language: EN) name(language: FR) } }',
  '{ regions { a: name(language: FR) b: name(language: EN) } }',
  '{ regions { name(language: FR) name(language: FR) } }',
  '{ projects(first: 1, after: "a") { totalCount } projects(after: "a", first: 1) { totalCount } }',
  '{ projects(filter: { code: { eq: "a", ne: "b" } }) { totalCount } projects(filter: { code: { ne: "b", eq: "a" } }) { totalCount } }',
  '{ projects(filter: { code: { eq: "a" } }) { totalCount } projects(filter: { code: { eq: """a""" } }) { totalCount } }',
  '{ projects(first: 1) { totalCount } ...F } fragment F on Query { projects(first: 2) { totalCount } }',
  '{ ...F ...G } fragment F on Query { a: regions { code } } fragment G on Query { a: regions { x: code } a: regions { x: name } }',
  '{ projects { nodes { a: title ...F } } } fragment F on Project { a: code }',
  '{ projects { nodes { ...F ...G } } } fragment F on Project { a: title } fragment G on Project { a: code }',
  '{ projects { nodes { ...F } edges { node { ...F } } } } fragment F on Project { title }',
  '{ projects { ...F ...F } } fragment F on ProjectConnection { totalCount }',
  '{ projects { nodes { region { ...R } memberStates { region { ...R } } } } } fragment R on Region { code }',
];

// Directives.
const directives = [
  '{ regions @skip(if: true) { code } }',
  '{ regions @skip { code } }',
  '{ regions @skip(if: null) { code } }',
  '{ regions @skip(if: "true") { code } }',
  '{ regions @skip(if: 1) { code } }',
  '{ regions @skip(if: true, if: false) { code } }',
  '{ regions @skip(if: true, unless: false) { code } }',
  '{ regions @skip(if: true) @skip(if: true) { code } }',
  '{ regions @skip(if: true) @include(if: true) { code } }',
  '{ regions @missing { code } }',
  '{ regions @missing @missing { code } }',
  '{ regions @deprecated { code } }',
  '{ regions @oneOf { code } }',
  'query @skip(if: true) { regions { code } }',
  'query @missing { regions { code } }',
  'mutation @include(if: true) { __typename }',
  '{ ...F @skip(if: true) } fragment F on Query { regions { code } }',
  '{ ...F } fragment F on Query @skip(if: true) { regions { code } }',
  'query ($a: Int @skip(if: true)) { projects(first: $a) { totalCount } }',
  'query ($a: Int @missing) { projects(first: $a) { totalCount } }',
  'query ($a: Boolean) { regions @skip(if: $a) { code } }',
  'query ($a: Boolean!) { regions @skip(if: $a) { code } }',
  'query ($a: Boolean = true) { regions @skip(if: $a) { code } }',
  'query ($a: Boolean = null) { regions @skip(if: $a) { code } }',
  'query ($a: String!) { regions @skip(if: $a) { code } }',
  '{ regions @skip(if: $a) { code } }',
];

// Values in the text.
const values = [
  ['first', ['1', '"1"', '1.5', 'true', 'null', '[1]', '{}', 'A', '2147483647', '2147483648', '-2147483648', '-2147483649', '99999999999999999999999']],
  ['after', ['"a"', '1', 'null', '[1]', '{ a: 1 }', 'A', '1.5', 'true']],
  ['orderBy', ['[]', '[{ field: CODE }]', '{ field: CODE }', '[{ field: "CODE" }]', '[{}]', '[null]', 'null', '[{ field: MISSING }]', '[{ field: CODE, field: YEAR }]', '[[{ field: CODE }]]', '[{ field: CODE, direction: null }]', '"CODE"']],
  ['filter', ['{}', 'null', '[]', '"a"', '{ missing: 1 }', '{ code: {} }', '{ code: { eq: 1 } }', '{ code: { in: "a" } }', '{ code: { in: ["a", null] } }', '{ code: { eq: "a", eq: "b" } }', '{ code: "a" }', '{ and: {} }', '{ and: [{ or: [{ not: {} }] }] }', '{ year: { eq: 2147483648 } }', '{ year: { eq: 1.0 } }', '{ hasWarning: "true" }', '{ hasWarning: 0 }', '{ status: { eq: COMPLETED } }', '{ status: { eq: "COMPLETED" } }', '{ status: { eq: completed } }', '{ status: { in: COMPLETED } }', '{ status: { in: [[COMPLETED]] } }']],
].flatMap(([argument, written]) => written.map((value) => `{ projects(${argument}: ${value}) { totalCount } }`));

const ids = ['"a"', '1', '99999999999999999999999', '1.0', 'true', 'A', '["a"]', 'null', '{}'].flatMap((id) => [
  `{ node(id: ${id}) { id } }`,
  `{ nodes(ids: ${id}) { id } }`,
  `{ nodes(ids: [${id}]) { id } }`,
]);

// Input objects of which exactly one field is given.
const seed = (record) => `mutation { seedRecords(input: { records: [${record}] }) { revision } }`;
const oneOf = [
  ...['{ memberState: { code: "KE" } }', '{}', '{ memberState: null }', '{ memberState: { code: "KE" }, project: null }', '{ missing: 1 }', 'null', '{ memberState: {} }'].map((record) => just(seed(record))),
  ...['MemberStateInput', 'MemberStateInput!'].map((type) => ({
    query: `mutation ($a: ${type}) { seedRecords(input: { records: [{ memberState: $a }] }) { revision } }`,
    variables: { a: { code: 'KE' } },
  })),
  ...[{ memberState: { code: 'KE' } }, {}, { memberState: null }, { memberState: { code: 'KE' }, region: null }, { missing: 1 }, null, 1].map((record) => ({
    query: 'mutation ($a: RecordInput!) { seedRecords(input: { records: [$a] }) { revision } }',
    variables: { a: record },
  })),
];

// Variables where a value is wanted.
const declared = ['Int', 'Int!', '[Int]', '[Int!]!', 'String', 'String!', 'ID!', '[ID!]!', '[ID]', 'Boolean!', 'Cursor', 'Language', 'Missing', 'Project', 'Node', 'ProjectFilter', 'ProjectFilter!', '[ProjectFilter!]', '[[Int]]'];
const places = [
  'projects(first: $a) { totalCount }',
  'project(code: $a) { code }',
  'nodes(ids: $a) { id }',
  'nodes(ids: [$a]) { id }',
  'projects(after: $a) { totalCount }',
  'projects(filter: $a) { totalCount }',
  'projects(filter: { and: $a }) { totalCount }',
  'projects(filter: { and: [$a] }) { totalCount }',
  'projects(filter: { year: { in: $a } }) { totalCount }',
  'projects(filter: { year: { in: [$a] } }) { totalCount }',
  'regions { name(language: $a) }',
  'regions @skip(if: $a) { code }',
];
const positions = places.flatMap((place) => declared.map((type) => just(`query ($a: ${type}) { ${place} }`)));
const defaults = [
  'query ($a: Int = 1) { projects(first: $a) { totalCount } }',
  'query ($a: Int = "1") { projects(first: $a) { totalCount } }',
  'query ($a: Int! = 1) { projects(first: $a) { totalCount } }',
  'query ($a: Int! = null) { projects(first: $a) { totalCount } }',
  'query ($a: String = "a") { project(code: $a) { code } }',
  'query ($a: String = null) { project(code: $a) { code } }',
  'query ($a: [String!] = ["a"]) { projects(filter: { code: { in: $a } }) { totalCount } }',
  'query ($a: [String] = ["a"]) { projects(filter: { code: { in: $a } }) { totalCount } }',
  'query ($a: ProjectFilter = { missing: 1 }) { projects(filter: $a) { totalCount } }',
  'query ($a: ProjectFilter = { code: { eq: $b } }, $b: String) { projects(filter: $a) { totalCount } }',
  'query ($a: Language = "FR") { regions { name(language: $a) } }',
  'query ($a: Language = FR) { regions { name(language: $a) } }',
  'query ($a: Int, $a: Int) { projects(first: $a) { totalCount } }',
  'query ($a: Int) { regions { code } }',
  'query ($a: Int) { ...F } fragment F on Query { projects(first: $a) { totalCount } }',
  'query ($a: String) { ...F } fragment F on Query { projects(first: $a) { totalCount } }',
  'query A ($a: Int) { ...F } query B { ...F } fragment F on Query { projects(first: $a) { totalCount } }',
  'query A ($a: Int) { ...F } query B ($a: Int!) { ...F } fragment F on Query { projects(first: $a) { totalCount } }',
  'query ($a: Int) { projects(after: [$a]) { totalCount } }',
  'query ($a: Int) { projects(after: { b: $a }) { totalCount } }',
  'query ($a: Cursor) { projects(after: [$a]) { totalCount } }',
  'query ($a: Int) { projects(missing: $a) { totalCount } }',
  'query ($a: Int) { projects(filter: { missing: $a }) { totalCount } }',
  '{ projects(first: $a) { totalCount } }',
  '{ projects(after: { b: { c: 1, c: 2 } }) { totalCount } }',
].map(just);

// Values of variables.
const given = (type, place, all) => all.map((a) => ({ query: `query ($a: ${type}) { ${place} }`, variables: a === undefined ? {} : { a } }));
const huge = JSON.parse('1e400'.replace('1e400', '1e300'));
const coerced = [
  ...given('Int', places[0], [undefined, null, 1, 1.0, 1.5, '1', true, [1], {}, 2147483647, 2147483648, -2147483648, -2147483649, 1e3, huge, -0]),
  ...given('Int!', places[0], [undefined, null, 1]),
  ...given('Int! = 1', places[0], [undefined, null, 1, 'x']),
  ...given('Int = 1', places[0], [undefined, null]),
  ...given('String!', places[1], [undefined, null, '', 'é😀', 1, true, ['a'], {}]),
  ...given('[ID!]!', places[2], [undefined, null, 'a', 1, 1.5, [], ['a', 1], ['a', null], [['a']], {}, true, [true], 12345678901234567890]),
  ...given('ID!', places[3], ['a', 1, 1.5, true, null, [1], 1e21]),
  ...given('Cursor', places[4], ['a', 1, null, true, [1], {}, { a: [1] }]),
  ...given('Language', places[10], [undefined, null, 'FR', 'fr', '', 'XX', 1, true, ['FR'], {}]),
  ...given('Boolean!', places[11], [true, false, 'true', 1, 0, null, undefined, [true]]),
  ...given('[Int!]', places[8], [null, 1, [1], [null], ['1'], [[1]], [], {}, [1.5]]),
  ...given('ProjectFilter', places[5], [null, {}, [], 1, 'a', { missing: 1 }, { code: null }, { code: {} }, { code: { eq: 1 } }, { code: { in: 'a' } }, { code: { in: ['a', null] } }, { code: { in: [] } }, { and: {} }, { and: [{}, { or: { not: { year: { eq: 1.5 } } } }] }, { hasWarning: 'true' }, { status: { eq: 'COMPLETED' } }, { status: { in: 'COMPLETED' } }, { status: { eq: 'x' } }, { __proto__x: 1 }]),
  ...given('[ProjectOrder!]', 'projects(orderBy: $a) { totalCount }', [null, [], {}, [{}], { field: 'CODE' }, [{ field: 'CODE', direction: null }], [{ field: 'CODE', direction: 'x' }], [null], [{ field: null }]]),
  { query: 'query ($a: Int) { projects(first: $a) { totalCount } }', variables: { a: 1, b: {} } },
  { query: '{ regions { code } }', variables: { b: 1 } },
];

// The schema asked about itself.
const round = (times) => `{ __schema { types { ${'fields { type { '.repeat(times)}name${' } }'.repeat(times)} } } }`;
const introspection = [
  ...[1, 2, 3, 4].map(round),
  '{ __type(name: "A") { fields { type { interfaces { name } } } } }',
  '{ __type(name: "A") { fields { type { interfaces { possibleTypes { name } } } } } }',
  '{ __type(name: "A") { ofType { ofType { ofType { ofType { name } } } } } }',
  '{ __schema { types { ...T } } } fragment T on __Type { fields { type { ...U } } } fragment U on __Type { fields { type { inputFields { name } } } }',
  '{ __schema { types { ...T } } } fragment T on __Type { fields { type { ...U } } } fragment U on __Type { name }',
  '{ __schema { types { fields(includeDeprecated: true) { args(includeDeprecated: true) { isDeprecated } } } } }',
  '{ __schema { types { fields(includeDeprecated: 1) { name } } } }',
  '{ __schema { queryType { name } mutationType { name } subscriptionType { name } directives { name isRepeatable locations } } }',
  '{ __schema { directives(includeDeprecated: true) { name isDeprecated deprecationReason args(includeDeprecated: true) { name } } } }',
  '{ __schema { directives(includeDeprecated: null) { name } } }',
  'query ($a: Boolean) { __schema { directives(includeDeprecated: $a) { name } } }',
  '{ __schema { ...S } } fragment S on __Schema { directives { ...D } } fragment D on __Directive { is: isDeprecated @include(if: true) }',
  '{ __schema { isDeprecated } __type(name: "A") { deprecationReason } }',
  '{ __schema { missing } }',
  '{ __type(name: "A") { kind isOneOf specifiedByURL enumValues { deprecationReason } inputFields { defaultValue } } }',
];

export const byHand = [
  ...[structure, letters, fields, directives, values, ids, introspection].flat().map(just),
  ...oneOf,
  ...positions,
  ...defaults,
  ...coerced,
];

/** The same numbers each time. */
function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Queries over the schema, most of them with one thing wrong or odd. */
export function generated(schema, count) {
  return Array.from({ length: count }, (_, number) => one(schema, dice(number + 1)));
}

function one(schema, roll) {
  const pick = (list) => list[roll(list.length)];
  const chance = (sides) => roll(sides) === 0;
  const variables = new Map();
  const fragments = new Map();
  const slip = () => chance(60);

  function literal(type, depth) {
    if (slip()) return pick(['null', '1', '"a"', '[]', '{}', 'A', 'true', '1.5', '[[1]]', '{ a: 1 }', '2147483648']);
    if (chance(6)) {
      const name = `v${variables.size}`;
      const plain = String(slip() ? getNullableType(type) : type);
      variables.set(name, { type: plain, value: slip() ? pick([null, 1, 'a', [], {}]) : json(type, 3) });
      return `$${name}`;
    }
    if (isNonNullType(type)) return literal(type.ofType, depth);
    if (isListType(type)) return chance(3) ? literal(type.ofType, depth) : `[${Array.from({ length: roll(3) }, () => literal(type.ofType, depth - 1))}]`;
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const known = Object.values(type.getFields());
      const required = known.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
      const chosen = type.isOneOf ? [pick(known)] : depth > 0 ? [...new Set([...required, ...(chance(2) ? [pick(known)] : [])])] : required;
      if (slip()) chosen.push(pick(known));
      return `{ ${chosen.map((field) => `${slip() ? 'wrong' : field.name}: ${literal(field.type, depth - 1)}`).join(', ')} }`;
    }
    return { Int: '3', Float: '1.5', Boolean: 'true', ID: '"a"' }[type.name] ?? '"a"';
  }

  function json(type, depth) {
    if (isNonNullType(type)) return json(type.ofType, depth) ?? 1;
    if (slip()) return pick([null, 1, 'a', [], {}, true, 1.5]);
    if (isListType(type)) return Array.from({ length: roll(3) }, () => json(type.ofType, depth - 1));
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const known = Object.values(type.getFields());
      const chosen = type.isOneOf ? [pick(known)] : known.filter((field) => isNonNullType(field.type) || (depth > 0 && chance(6)));
      return Object.fromEntries(chosen.map((field) => [field.name, json(field.type, depth - 1)]));
    }
    return { Int: 3, Float: 1.5, Boolean: true, ID: 'a' }[type.name] ?? 'a';
  }

  function selections(type, depth) {
    const parts = Array.from({ length: 1 + roll(3) }, () => selection(type, depth)).filter(Boolean);
    return `{ ${parts.join(' ') || '__typename'} }`;
  }

  function selection(type, depth) {
    if (isUnionType(type) || (isInterfaceType(type) && chance(2))) {
      const inner = slip() ? pick(Object.values(schema.getTypeMap()).filter((known) => isObjectType(known) && !known.name.startsWith('__'))) : pick(schema.getPossibleTypes(type));
      return `... on ${inner.name} ${selections(inner, depth - 1)}`;
    }
    if (chance(9)) {
      const name = `F${fragments.size}`;
      fragments.set(name, '');
      fragments.set(name, `fragment ${name} on ${type.name} ${selections(type, depth - 1)}`);
      return slip() ? '' : `...${name}${slip() ? ' @missing' : ''}`;
    }
    const known = Object.values(type.getFields());
    const leaves = known.filter((field) => isLeafType(getNamedType(field.type)));
    const field = depth <= 0 ? pick(leaves) : pick(known);
    if (!field) return '__typename';
    const args = field.args.filter((arg) => (isNonNullType(arg.type) && arg.defaultValue === undefined ? !slip() : chance(4)));
    const written = args.map((arg) => `${slip() ? 'wrong' : arg.name}: ${literal(arg.type, 2)}`).join(', ');
    const named = getNamedType(field.type);
    const below = isLeafType(named) === slip() ? selections(isLeafType(named) ? type : named, depth - 1) : '';
    return `${chance(5) ? `a${roll(3)}: ` : ''}${slip() ? 'wrong' : field.name}${written && `(${written})`}${chance(12) ? ' @include(if: true)' : ''} ${below}`;
  }

  const root = pick([schema.getQueryType(), schema.getQueryType(), schema.getQueryType(), schema.getMutationType()]);
  const body = selections(root, 4);
  const declared = [...variables].map(([name, { type }]) => `$${name}: ${type}`).join(', ');
  const kind = root === schema.getQueryType() ? 'query' : 'mutation';
  return {
    query: `${kind}${declared && ` (${declared})`} ${body} ${[...fragments.values()].join(' ')}`,
    variables: Object.fromEntries([...variables].map(([name, { value }]) => [name, value])),
  };
}
