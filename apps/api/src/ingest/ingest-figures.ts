/** What came in through this process since its start, for `/metrics`. No workspace names. */
export class IngestFigures {
  samples = 0;
  logs = 0;
  events = 0;
  alerts = 0;
  duplicates = 0;
  late = 0;
  redacted = 0;
  refused = 0;
  bytes = 0;
  readonly requests = new Map<string, number>();

  /** Counts an answered request of a route. */
  answered(route: string, status: number): void {
    const key = `route="${route}",code="${status}"`;
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
  }
}
