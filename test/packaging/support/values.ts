import { MINIMUM, type Values } from './helm.js';

const WITHOUT_REDIS = { ...MINIMUM, redis: {} };

const FULL: Values = {
  ...MINIMUM,
  nameOverride: 'chat',
  image: { repository: 'registry.example.com/team/talk', digest: `sha256:${'0'.repeat(64)}` },
  imagePullSecrets: [{ name: 'pull' }],
  settings: { REQUEST_LIMIT: '20s', DATABASE_MIGRATION_LIMIT: '1h', OTEL_BSP_MAX_QUEUE_SIZE: 1_000_000 },
  extraEnv: [{ name: 'NODE_EXTRA_CA_CERTS', value: '/certificates/ca.crt' }],
  extraVolumes: [{ name: 'certificates', secret: { secretName: 'database-ca' } }],
  extraVolumeMounts: [{ name: 'certificates', mountPath: '/certificates', readOnly: true }],
  tracing: { endpoint: 'http://collector.example:4318' },
  ingress: {
    enabled: true,
    className: 'nginx',
    hosts: ['talk.example.com', 'chat.example.com'],
    tls: [{ secretName: 'talk-tls', hosts: ['talk.example.com'] }],
  },
  httpRoute: {
    enabled: true,
    parentRefs: [{ name: 'gateway', namespace: 'edge', sectionName: 'https' }],
    hostnames: ['talk.example.com'],
    annotations: { note: 'x' },
  },
  autoscaling: { enabled: true },
  networkPolicy: {
    from: [{ namespaceSelector: { matchLabels: { name: 'edge' } } }],
    metricsFrom: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }],
    egress: { restricted: true, to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] },
  },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  prometheusRule: { enabled: true, labels: { release: 'prometheus' }, runbook: 'https://docs.example/ops' },
  dashboard: { enabled: true, annotations: { folder: 'Talk' } },
  serviceAccount: { annotations: { role: 'talk' } },
  service: { annotations: { note: 'x' } },
  topologySpread: { hosts: 'DoNotSchedule', zones: 'DoNotSchedule' },
  podAnnotations: { note: 'x' },
  podLabels: { team: 'chat' },
  priorityClassName: 'high',
  nodeSelector: { 'kubernetes.io/arch': 'amd64' },
  tolerations: [{ key: 'dedicated', operator: 'Exists' }],
  affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
};

/** Sets of values that have to make a sound release. */
export const GOOD_VALUES: Record<string, Values> = {
  'the least that is needed': MINIMUM,
  'everything on': FULL,
  'everything off': {
    ...MINIMUM,
    migration: { enabled: false },
    networkPolicy: { enabled: false },
    podDisruptionBudget: { enabled: false },
    serviceAccount: { create: false },
  },
  'Secrets of the operator’s': {
    database: { existingSecret: 'talk-db-app', existingSecretKey: 'uri' },
    redis: { existingSecret: 'talk-redis', existingSecretKey: 'url' },
    auth: { existingSecret: 'talk-auth', existingSecretKey: 'secret' },
  },
  'a way past the pooler for the migration': {
    ...MINIMUM,
    migration: { url: 'postgres://talk:direct@primary.example/talk' },
  },
  'a Secret for the migration alone': {
    ...MINIMUM,
    migration: { existingSecret: 'talk-direct', existingSecretKey: 'uri' },
  },
  'an identity provider only': {
    ...MINIMUM,
    auth: { jwksUrl: 'https://id.example/keys', jwtIssuer: 'https://id.example', jwtAudience: 'talk' },
  },
  'one replica without Redis': {
    ...WITHOUT_REDIS,
    replicaCount: 1,
    prometheusRule: { enabled: true },
  },
  'long farewells': { ...MINIMUM, shutdown: { preStopSeconds: 15, delay: '1500ms', grace: '2m' } },
  'sockets only, by which it scales': { ...MINIMUM, autoscaling: { enabled: true, targetCPU: 0 } },
  'a long name': { ...MINIMUM, fullnameOverride: 'a'.repeat(60) },
};

/** Values that are refused, and a part of what is said then. */
export const WRONG_VALUES: [string, Values, RegExp][] = [
  ['a value nobody knows', { ...MINIMUM, replicas: 3 }, /replicas.* not allowed/],
  ['a nested one', { ...MINIMUM, database: { uri: 'x' } }, /uri.* not allowed/],
  ['a database that is no PostgreSQL', { ...MINIMUM, database: { url: 'mysql://x/y' } }, /database.url/],
  ['a Redis by HTTP', { ...MINIMUM, redis: { url: 'http://x' } }, /redis.url/],
  ['a short secret', { ...MINIMUM, auth: { jwtSecret: 'short' } }, /auth.jwtSecret/],
  ['a port beyond the last', { ...MINIMUM, port: 70_000 }, /port/],
  ['replicas in words', { ...MINIMUM, replicaCount: 'three' }, /replicaCount/],
  ['less than no replica', { ...MINIMUM, replicaCount: -1 }, /replicaCount/],
  ['a time without a unit', { ...MINIMUM, shutdown: { grace: '20' } }, /shutdown.grace/],
  ['a level nobody knows', { ...MINIMUM, logLevel: 'loud' }, /logLevel/],
  ['a setting nobody knows', { ...MINIMUM, settings: { REQEST_LIMIT: '1s' } }, /REQEST_LIMIT.* not allowed/],
  ['a setting that has a value of its own', { ...MINIMUM, settings: { PORT: '1' } }, /PORT.* not allowed/],
  ['a secret among the settings', { ...MINIMUM, settings: { JWT_SECRET: 'x' } }, /JWT_SECRET.* not allowed/],
  ['no limits', { ...MINIMUM, resources: { limits: null } }, /resources|limits/],
  ['memory in words', { ...MINIMUM, resources: { limits: { memory: 'much' } } }, /memory/],
  ['a stickiness', { ...MINIMUM, service: { sessionAffinity: 'ClientIP' } }, /sessionAffinity.* not allowed/],
  ['a label of ours', { ...MINIMUM, podLabels: { 'app.kubernetes.io/name': 'x' } }, /podLabels/],
  [
    'a share over the whole',
    { ...MINIMUM, podDisruptionBudget: { maxUnavailable: '100%' } },
    /maxUnavailable/,
  ],
  ['no disruption at all', { ...MINIMUM, podDisruptionBudget: { maxUnavailable: 0 } }, /maxUnavailable/],
  ['a digest that is none', { ...MINIMUM, image: { digest: 'latest' } }, /image.digest/],
  ['no database', { ...MINIMUM, database: {} }, /database\.url or database\.existingSecret is required/],
  ['nothing to verify tokens with', { ...MINIMUM, auth: {} }, /auth\.jwtSecret, .* is required/],
  [
    'a provider without an issuer',
    { ...MINIMUM, auth: { jwksUrl: 'https://id.example/keys' } },
    /auth\.jwtIssuer and auth\.jwtAudience are required/,
  ],
  ['three replicas without Redis', WITHOUT_REDIS, /redis\.url or redis\.existingSecret is required/],
  [
    'a Redis-less one that scales',
    { ...WITHOUT_REDIS, replicaCount: 1, autoscaling: { enabled: true } },
    /redis\.url or redis\.existingSecret is required/,
  ],
  [
    'a delay beyond the grace',
    { ...MINIMUM, shutdown: { delay: '1m', grace: '30s' } },
    /shutdown\.delay must not be longer/,
  ],
  [
    'fewer at most than at least',
    { ...MINIMUM, autoscaling: { enabled: true, minReplicas: 5, maxReplicas: 4 } },
    /minReplicas must not be more/,
  ],
  [
    'nothing to scale by',
    { ...MINIMUM, autoscaling: { enabled: true, targetCPU: 0, targetSockets: 0 } },
    /autoscaling needs/,
  ],
  ['a route of no gateway', { ...MINIMUM, httpRoute: { enabled: true } }, /httpRoute\.parentRefs must name/],
];
