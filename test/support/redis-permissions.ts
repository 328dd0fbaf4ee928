/** What the README says a user of Talk's own needs, whatever the prefix of the test. */
export const PERMISSIONS = [
  ...['~test-*', '&test-*', '-@all', '+@connection', '+@pubsub', '+@scripting'],
  ...['+set', '+incrby', '+pttl', '+expire', '+info'],
];
