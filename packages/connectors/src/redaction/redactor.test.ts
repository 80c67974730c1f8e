import { isCardNumber } from '@autoops/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Redactor, redactText } from './redactor.ts';

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const alphanumeric = (min: number, max: number) => fc.stringMatching(new RegExp(`^[A-Za-z0-9]{${min},${max}}$`));
/** A secret with the text in which it usually stands. */
const planted: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  alphanumeric(20, 60).map((secret) => [secret, `Authorization: Bearer ${secret}`] as const),
  fc.stringMatching(/^[A-Z0-9]{16}$/).map((tail) => [`AKIA${tail}`, `using AKIA${tail} now`] as const),
  alphanumeric(8, 40).map((secret) => [secret, `password=${secret}`] as const),
  alphanumeric(8, 40).map((secret) => [secret, `{"api_key": "${secret}"}`] as const),
  alphanumeric(8, 40).map((secret) => [secret, JSON.stringify({ msg: JSON.stringify({ token: secret }) })] as const),
  alphanumeric(8, 40).map((secret) => [secret, JSON.stringify(`{api_key="${secret}"}`)] as const),
  alphanumeric(8, 40).map((secret) => [secret, `DB_PASSWORD='${secret}'`] as const),
  alphanumeric(8, 40).map((secret) => [secret, `mysql --password ${secret}`] as const),
  alphanumeric(8, 40).map((secret) => [secret, `postgres://app:${secret}@db:5432/shop`] as const),
  alphanumeric(10, 60).map((body) => [`eyJ${body}.${body}.${body}`, `token eyJ${body}.${body}.${body} came`] as const),
  alphanumeric(40, 80).map(
    (body) => [body, `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`] as const,
  ),
  fc
    .tuple(word, word)
    .map(([user, host]) => [`${user}@${host}.example.org`, `mail from ${user}@${host}.example.org arrived`] as const),
  fc.stringMatching(/^4[0-9]{14}$/).map((digits) => [withLuhn(digits), `paid with ${withLuhn(digits)}`] as const),
);

function withLuhn(digits: string): string {
  for (let check = 0; check < 10; check += 1) if (isCardNumber(`${digits}${check}`)) return `${digits}${check}`;
  throw new Error('one of ten check digits always fits');
}

describe('redaction', () => {
  it('lets no planted secret survive, in a text, a label or deep in JSON', () => {
    fc.assert(
      fc.property(
        planted,
        fc.array(word, { maxLength: 6 }),
        fc.array(word, { maxLength: 6 }),
        ([secret, text], before, after) => {
          const line = `${before.join(' ')} ${text} ${after.join(' ')}`;
          const { text: redacted, redactions } = redactText(line);
          expect(redacted).not.toContain(secret);
          expect(redactions.length).toBeGreaterThan(0);
          const redactor = new Redactor();
          expect(JSON.stringify(redactor.labels('labels', { note: line }))).not.toContain(secret);
          expect(JSON.stringify(redactor.json('event', { a: [{ b: line }] }))).not.toContain(secret);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    'GET /checkout 504 in 0.45 s, attempt 3 of 4',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7',
    'started at 1732154400000 ms, 1732154400000000000 ns',
    'order 1234567890123456 shipped, version 4.5.6-7',
    'tokens left: 5 of 10',
    'user operator@demo signed in',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  ])('leaves alone: %s', (line) => {
    expect(redactText(line)).toEqual({ text: line, redactions: [] });
  });

  it('redacts twice to the same text', () => {
    const once = redactText('password=abc api_key: "x y" mail a@b.example.org Bearer abcdefgh').text;
    expect(redactText(once)).toEqual({ text: once, redactions: [] });
  });

  it('counts by hook and field and keeps no value', () => {
    const redactor = new Redactor();
    redactor.text('log.body', 'a@b.example.org and c@d.example.org');
    redactor.labels('labels', { password: 'x', service: 'checkout' });
    expect(redactor.redactions()).toEqual([
      { hook: 'email', field: 'log.body', count: 2 },
      { hook: 'secret', field: 'labels.password', count: 1 },
    ]);
  });

  it('makes every text storable', () => {
    expect(redactText('a\0b\ud800c').text).toBe('a\uFFFDb\uFFFDc');
  });

  it('takes time that grows with the length only, whatever the text', () => {
    for (const text of [
      'a'.repeat(200_000),
      'password'.repeat(25_000),
      '4111 '.repeat(40_000),
      'a@'.repeat(100_000),
      'eyJ.'.repeat(50_000),
      `-----BEGIN PRIVATE KEY-----${'-'.repeat(100_000)}`,
    ]) {
      const before = process.cpuUsage();
      redactText(text);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(3_000);
    }
  });
});
