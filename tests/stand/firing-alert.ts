/** What Alertmanager sends (webhook version 4) when an alert begins to fire on a service in staging; `at` in milliseconds. */
export function firingAlert(service: string, at = Date.now()) {
  return {
    version: '4',
    groupKey: service,
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'autoops',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'HighErrors', service, environment: 'staging', severity: 'page' },
        annotations: { summary: 'errors' },
        startsAt: new Date(at).toISOString(),
        endsAt: '0001-01-01T00:00:00Z',
        fingerprint: service,
      },
    ],
  };
}
