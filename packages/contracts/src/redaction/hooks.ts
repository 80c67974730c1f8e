/** What one hook does with a text. `replace` gets the match and returns what stands there instead. */
export interface RedactionHook {
  readonly name: 'secret' | 'email' | 'card';
  /** Cheap test: a text without it cannot match. */
  readonly hint: RegExp;
  readonly pattern: RegExp;
  replace(match: string, groups: readonly (string | undefined)[]): string | undefined;
}

const mark = (what: string): string => `[redacted:${what}]`;

/** Names of fields whose whole value is a secret, whatever it looks like. */
export const SECRET_NAME =
  /^(?:.{0,40}[._-])?(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|client[_-]?secret|authorization|credentials?|cookie|set-cookie)$/i;

const KEY_WORDS =
  'password|passwd|pwd|passphrase|client[_-]?secret|secret[_-]?access[_-]?key|secret[_-]?key|secret|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|refresh[_-]?token|token';

/**
 * The hooks that are on by default, in their order. Every quantifier is bounded and no two adjacent ones overlap, so that the time
 * is linear in the text: log lines are written by strangers.
 */
export const HOOKS: readonly RedactionHook[] = [
  {
    name: 'secret',
    hint: /-----BEGIN/,
    pattern: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,16000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    replace: () => mark('private-key'),
  },
  {
    name: 'secret',
    hint: /eyJ/,
    pattern: /\beyJ[A-Za-z0-9_-]{4,4000}\.[A-Za-z0-9_-]{2,8000}(?:\.[A-Za-z0-9_-]{0,2000}){0,3}/g,
    replace: () => mark('jwt'),
  },
  {
    name: 'secret',
    hint: /bearer|basic|digest/i,
    pattern: /\b(bearer|basic)\s{1,4}([A-Za-z0-9._~+/=-]{6,8000})/gi,
    replace: (_match, [scheme]) => `${scheme ?? ''} ${mark('credential')}`,
  },
  {
    name: 'secret',
    hint: /:\/\//,
    pattern: /\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]{0,100}:)([^\s@/]{1,400})@/gi,
    replace: (_match, [before]) => `${before ?? ''}${mark('password')}@`,
  },
  {
    name: 'secret',
    hint: /passw|pwd|passphrase|secret|token|key/i,
    pattern: new RegExp(
      // Inside JSON that is itself a JSON text, quotes are escaped: \"token\":\"...\".
      `(${KEY_WORDS})((?:\\\\{0,4}["'])?\\s{0,3}[=:]\\s{0,3}(?:\\\\{1,4}["'])?)((?<=\\\\["'])[^"'\\\\]{1,4000}|"(?:[^"\\\\]|\\\\.){1,4000}"|'(?:[^'\\\\]|\\\\.){1,4000}'|(?!\\\\{1,4}["'])[^\\s"',;&}\\])]{1,4000})`,
      'gi',
    ),
    replace: (_match, [name, between, value]) => {
      if (
        value === undefined ||
        /^["']?\[redacted:/.test(value) ||
        /^["']?(?:true|false|null|undefined|none)["']?$/i.test(value)
      )
        return undefined;
      const quote = value.startsWith('"') || value.startsWith("'") ? value.charAt(0) : '';
      return `${name ?? ''}${between ?? ''}${quote}${mark('secret')}${quote}`;
    },
  },
  {
    name: 'secret',
    hint: /--(?:password|token|secret|api-key)/i,
    pattern: /(--(?:password|passwd|token|secret|api-key)[ ]{1,3})([^\s-][^\s]{0,4000})/gi,
    replace: (_match, [flag, value]) =>
      value?.startsWith('[redacted:') ? undefined : `${flag ?? ''}${mark('secret')}`,
  },
  {
    name: 'secret',
    hint: /AKIA|ASIA|gh[pousr]_|xox|whsec_|ao[ts]_|sk[-_]|glpat-/,
    pattern:
      /\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,255}|xox[abposr]-[A-Za-z0-9-]{10,255}|whsec_[A-Za-z0-9+/=]{20,255}|ao[ts]_[A-Za-z0-9_-]{20,255}|sk[-_](?:live_|test_|ant-|proj-)?[A-Za-z0-9_-]{20,255}|glpat-[A-Za-z0-9_-]{20,255})/g,
    replace: () => mark('key'),
  },
  {
    name: 'email',
    hint: /@/,
    pattern: /[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])/g,
    replace: () => mark('email'),
  },
  {
    name: 'card',
    hint: /\d[ -]?\d{3}[ -]?\d[ -]?\d/,
    pattern:
      /(?<![\d.])(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|3[47]\d\d|6(?:011|5\d\d|4[4-9]\d))(?:[ -]?\d){9,15}(?![\d.]?\d)/g,
    replace: (match) => (isCardNumber(match) ? mark('card') : undefined),
  },
];

/** The Luhn check (ISO/IEC 7812-1) over 13 to 19 digits; separators are skipped. */
export function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/[ -]/g, '');
  if (digits.length < 13 || digits.length > 19) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
