import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogParser } from './log-parser.ts';
import { TemplateStream, templateText } from './template-stream.ts';

const word = fc.stringMatching(/^[a-z]{4,12}$/).filter((text) => !/null|true|false|none|undefined/.test(text));

/** The template of a line that is alone: nothing but its own masks can hide what is in it. */
const templateOf = (line: string) => new TemplateStream().add(line, 0).template;

describe('private data in templates', () => {
  it.each([
    ['mail to jane.doe@example.org bounced', 'jane'],
    ['mail to <jane.doe@example.org> bounced', 'jane'],
    ['paid with 4111 1111 1111 1111 today', '4111'],
    ['login password=correct-horse ok', 'horse'],
    ['login password: "correct horse battery" ok', 'battery'],
    ['{"user":"x","api_key":"abcdefghijkl"}', 'abcdef'],
    ['Authorization: Bearer abcdefghijkl', 'abcdef'],
    ['dial postgres://app:hushhush@db/shop failed', 'hushhush'],
    ['ran --token abcdefghijkl done', 'abcdef'],
    ['trace deadbeefcafefeedface done', 'beef'],
    ['order deadbeef-cafe-feed-face-abcdefabcdef paid', 'cafe'],
    ['session eyJhbGciOiJub.eyJzdWIiOiJqYW.abc opened', 'eyJ'],
    ['phone +49 170 1234567 called', '170'],
  ])('%s', (line, secret) => {
    const text = templateText(templateOf(line));
    expect(text).not.toContain(secret);
    expect(text).toContain('<*>');
    const parser = new LogParser();
    parser.add(line);
    expect(parser.grouping().templates[0]?.text).toBe(text);
  });

  it('gives lines that differ in a secret only one template, the same as lines redacted at ingest', () => {
    fc.assert(
      fc.property(word, word, (one, other) => {
        const id = templateOf(`login of shop with password=${one} failed`).id;
        expect(templateOf(`login of shop with password=${other} failed`).id).toBe(id);
        expect(templateOf('login of shop with password=[redacted:secret] failed').id).toBe(id);
        expect(templateOf(`mail to ${one}@example.org bounced`).id).toBe(
          templateOf('mail to [redacted:email] bounced').id,
        );
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('leaves words alone', () => {
    const line = 'facade decade added a deed: bearer of bad news, basic plan';
    expect(templateText(templateOf('facade decade added a deed'))).toBe('facade decade added a deed');
    expect(templateText(templateOf(line))).toContain('bad news');
  });
});
