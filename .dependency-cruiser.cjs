/** Folders of src/ from the top down; a folder imports only from those below it. */
const LAYERS = [
  'console',
  'documents',
  'embedded',
  'health',
  'reactions',
  'messages',
  'chats',
  'agents',
  'realtime',
  'auth',
  'limits',
  'idempotency',
  'events',
  'database',
  'redis',
  'gate',
  'ops',
  'http',
  'config',
  'errors',
];

/** `http` shares the wire's form of times with `database`, and nothing else. */
const SHARED = '^src/database/timestamp\\.ts$';

const upward = LAYERS.map((folder, index) => ({
  name: `${folder}-imports-down-only`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: `^src/(${LAYERS.slice(0, index).join('|') || 'nothing'})/`, pathNot: SHARED },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    ...upward,
    {
      name: 'only-the-top-imports-the-top',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'tests-and-benchmark-stay-out-of-the-product',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'the-server-needs-no-client-and-no-page',
      severity: 'error',
      from: { path: '^(src|bench)/' },
      to: { path: '^(client|console)/' },
    },
    {
      name: 'the-client-takes-only-types-of-the-server',
      severity: 'error',
      from: { path: '^client/src/' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-client-stands-on-socket.io-alone',
      severity: 'error',
      from: { path: '^client/src/' },
      to: { path: '^(test|bench)/|node_modules/(?!(socket\\.io-client|@types/node)/)' },
    },
    {
      name: 'the-console-stands-on-the-client-alone',
      severity: 'error',
      from: { path: '^console/src/' },
      to: { path: '^(src|test|bench)/|^client/(?!(src|dist)/index\\.)|node_modules/(?!preact/)' },
    },
    {
      name: 'traces-cost-nothing-while-off',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/ops/otlp-tracer\\.ts$' },
      to: { path: 'node_modules/@opentelemetry/' },
    },
    {
      name: 'traces-are-loaded-only-when-on',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/ops/otlp-tracer\\.ts$', dynamic: false },
    },
    {
      name: 'class-validator-is-loaded-in-parts',
      comment: 'The whole costs a tenth of the start-up; its parts are imported as #class-validator/…',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/class-validator/(cjs|types)/index\\.|^class-validator$' },
    },
    {
      name: 'the-benchmark-measures-from-outside',
      severity: 'error',
      from: { path: '^bench/' },
      to: { path: '^src/', pathNot: '^src/embedded/postgres-server\\.ts$' },
    },
    {
      name: 'references-stand-alone',
      severity: 'error',
      from: { path: '^bench/references/([^/]+)/' },
      to: { path: '^(src|test|bench)/', pathNot: '^bench/references/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
