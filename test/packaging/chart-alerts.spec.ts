import { readFile } from 'node:fs/promises';
import { parser } from '@prometheus-io/lezer-promql';
import { find, MINIMUM, template } from './support/helm.js';

interface Alert {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook_url: string };
}

/** What Talk publishes of itself, by kind. */
const TALK = {
  counters: [
    'talk_http_requests_total',
    'talk_sends_total',
    'talk_commits_total',
    'talk_deliveries_total',
    'talk_gaps_read_total',
    'talk_tail_catches_total',
    'talk_resumes_total',
    'talk_resyncs_total',
    'talk_evictions_total',
  ],
  histograms: ['talk_http_request_duration_seconds', 'talk_commit_batch_size', 'talk_delivery_delay_seconds'],
  gauges: ['talk_sockets', 'talk_feeds', 'talk_bus_up', 'talk_database_connections'],
};

/** What prom-client, Prometheus and kube-state-metrics add. */
const OTHERS = [
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_heap_size_used_bytes',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'up',
  'kube_deployment_status_replicas_available',
  'kube_deployment_spec_replicas',
  'kube_pod_container_status_restarts_total',
  'kube_job_status_failed',
];

const KNOWN = [
  ...TALK.counters,
  ...TALK.histograms.flatMap((name) => [`${name}_bucket`, `${name}_sum`, `${name}_count`]),
  ...TALK.gauges,
  ...OTHERS,
];

/** What is no PromQL in a query, and the metrics that it asks for. */
function readQuery(query: string): { wrong: string[]; metrics: string[] } {
  const [wrong, metrics]: [string[], string[]] = [[], []];
  parser.parse(query).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) wrong.push(`${query} at ${from}`);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector')
        metrics.push(query.slice(from, to));
    },
  });
  return { wrong, metrics };
}

const alerts = find(template({ ...MINIMUM, prometheusRule: { enabled: true } }), 'PrometheusRule').spec
  .groups[0].rules as Alert[];

describe('each alert', () => {
  it('asks in PromQL for metrics that there are', () => {
    for (const { expr } of alerts) {
      const { wrong, metrics } = readQuery(expr);
      expect(wrong).toEqual([]);
      expect(metrics).not.toEqual([]);
      for (const metric of metrics) expect(KNOWN).toContain(metric);
      expect(expr).toContain('namespace="chat"');
    }
  });

  it('says how bad it is, and leads to what is to be done', async () => {
    const operations = await readFile('docs/OPERATIONS.md', 'utf8');
    const anchors = [...operations.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchorOf(title));
    for (const { labels, annotations } of alerts) {
      expect(['warning', 'critical']).toContain(labels.severity);
      expect(annotations.summary.length).toBeGreaterThan(10);
      const [file, anchor = ''] = annotations.runbook_url.split('#');
      expect(file).toBe('docs/OPERATIONS.md');
      expect(anchors).toContain(anchor);
    }
  });

  it('has a name of its own', () => {
    const names = alerts.map(({ alert }) => alert);
    expect(names).toEqual([...new Set(names)]);
  });
});

/** As repositories make one of a heading. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

it('finds what is no PromQL', () => {
  expect(readQuery('sum(rate(talk_sockets[5m])').wrong).not.toEqual([]);
  expect(readQuery('sum(rate(talk_sockets{pod="a"}[5m]))')).toEqual({ wrong: [], metrics: ['talk_sockets'] });
});

it('says nothing of Redis where there is none', () => {
  const { spec } = find(
    template({ ...MINIMUM, redis: {}, replicaCount: 1, prometheusRule: { enabled: true } }),
    'PrometheusRule',
  );
  expect(JSON.stringify(spec)).not.toMatch(/talk_bus_up/);
});

describe('the dashboard', () => {
  const dashboard = find(template({ ...MINIMUM, dashboard: { enabled: true } }), 'ConfigMap');
  const { panels, uid } = JSON.parse(Object.values<string>(dashboard.data)[0] ?? '') as {
    uid: string;
    panels: { id: number; title: string; type: string; targets?: { expr: string }[] }[];
  };
  const queries = panels.flatMap(({ targets = [] }) =>
    targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')),
  );

  it('is found by the sidecar', () => {
    expect(dashboard.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(uid).toBe('talk');
  });

  it('asks in PromQL for metrics that there are, and shows each of Talk’s own', () => {
    expect(queries.flatMap((query) => readQuery(query).wrong)).toEqual([]);
    const shown = queries.flatMap((query) => readQuery(query).metrics);
    for (const metric of shown) expect(KNOWN).toContain(metric);
    for (const name of [...TALK.counters, ...TALK.histograms, ...TALK.gauges]) {
      expect(shown.some((metric) => metric.startsWith(name))).toBe(true);
    }
  });

  it('tells its panels apart', () => {
    const ids = panels.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });
});
