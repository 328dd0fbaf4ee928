/** Replicas are real processes of `dist/`, so `npm test` builds first. */
export default {
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/client/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  reporters: [
    'default',
    ['<rootDir>/test/support/table-reporter.js', { file: 'TEST_FAULT_TABLE' }],
    ['<rootDir>/test/support/table-reporter.js', { file: 'TEST_ATTACK_TABLE' }],
    '<rootDir>/test/support/closing-line-reporter.js',
  ],
  maxWorkers: 2,
  testTimeout: 60_000,
  // A test that failed half-way may leave a replica behind; that must not hold up the gate.
  forceExit: true,
};
