import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

const read = (env: Record<string, string> = {}) => readSettings({ DATABASE_URL: 'postgres://x', ...env }, false);

describe('retention', () => {
  it('has a default for each class of data', () => {
    expect(read().retention).toEqual({
      samplesDays: 30,
      logsDays: 14,
      alertsDays: 90,
      incidentsDays: 730,
      auditDays: undefined,
    });
  });

  it('takes days or forever for each class by itself', () => {
    expect(
      read({
        AUTOOPS_RETENTION_SAMPLES_DAYS: '7',
        AUTOOPS_RETENTION_LOGS_DAYS: 'forever',
        AUTOOPS_RETENTION_ALERTS_DAYS: '1',
        AUTOOPS_RETENTION_INCIDENTS_DAYS: '365',
        AUTOOPS_RETENTION_AUDIT_DAYS: '400',
      }).retention,
    ).toEqual({ samplesDays: 7, logsDays: undefined, alertsDays: 1, incidentsDays: 365, auditDays: 400 });
  });

  it.each(['0', '-1', '1.5', 'soon', ''])('refuses %o and names the variable', (value) => {
    expect(() => read({ AUTOOPS_RETENTION_LOGS_DAYS: value })).toThrow(/AUTOOPS_RETENTION_LOGS_DAYS/);
  });

  it('refuses to forget the audit of an incident that is kept', () => {
    expect(() => read({ AUTOOPS_RETENTION_AUDIT_DAYS: '30' })).toThrow(/not be shorter/);
    expect(() => read({ AUTOOPS_RETENTION_AUDIT_DAYS: '9000', AUTOOPS_RETENTION_INCIDENTS_DAYS: 'forever' })).toThrow(
      /not be shorter/,
    );
  });
});
