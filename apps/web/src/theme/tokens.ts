/**
 * The colours of both schemes (ux.md "Visual language"). Everything that is coloured takes one of these names as a CSS custom
 * property `--name`; charts and MUI's palette read the same record. Contrast figures against `card` stand in ux.md.
 */
export interface Tokens {
  readonly bg: string;
  readonly card: string;
  readonly sunk: string;
  readonly line: string;
  readonly line2: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly accent: string;
  readonly accentbg: string;
  readonly allow: string;
  readonly allowbg: string;
  readonly guard: string;
  readonly guardbg: string;
  readonly deny: string;
  readonly denybg: string;
  readonly crit: string;
  readonly critbg: string;
  readonly high: string;
  readonly highbg: string;
  readonly med: string;
  readonly medbg: string;
  readonly low: string;
  readonly obs: string;
  readonly band: string;
  readonly fan1: string;
  readonly fan2: string;
  /** A bar from P10 to P90, which stands alone and carries the mark of its median. */
  readonly interval: string;
  readonly shadow: string;
  readonly overlay: string;
}

export const LIGHT: Tokens = {
  bg: '#F6F8FA',
  card: '#FFFFFF',
  sunk: '#EEF1F4',
  line: '#DDE2E8',
  line2: '#C6CDD6',
  ink: '#14181F',
  ink2: '#4A5462',
  ink3: '#5C6775',
  accent: '#0B5CAD',
  accentbg: '#E7F0FA',
  allow: '#0A716C',
  allowbg: '#E2F3F1',
  guard: '#7A3FD1',
  guardbg: '#F1EAFC',
  deny: '#8C1031',
  denybg: '#FBE8EE',
  crit: '#8C1031',
  critbg: '#FBE8EE',
  high: '#A84105',
  highbg: '#FDF0E4',
  med: '#7A5B00',
  medbg: '#FBF3D9',
  low: '#0B5CAD',
  obs: '#14181F',
  band: '#0B5CAD22',
  fan1: '#7A3FD126',
  fan2: '#7A3FD114',
  interval: '#8A63D2',
  shadow: '0 1px 2px #10182810, 0 1px 3px #10182814',
  overlay: '#14181F66',
};

export const DARK: Tokens = {
  bg: '#0E1116',
  card: '#161B22',
  sunk: '#10151B',
  line: '#262D37',
  line2: '#38414D',
  ink: '#E8ECF1',
  ink2: '#AEB8C4',
  ink3: '#8792A0',
  accent: '#8FC3FF',
  accentbg: '#13263B',
  allow: '#6FE3D6',
  allowbg: '#0F2B2B',
  guard: '#B78CFF',
  guardbg: '#241A3A',
  deny: '#FF6180',
  denybg: '#33131D',
  crit: '#FF6180',
  critbg: '#33131D',
  high: '#FFA94D',
  highbg: '#33220F',
  med: '#F7E27A',
  medbg: '#2E2A12',
  low: '#8FC3FF',
  obs: '#E8ECF1',
  band: '#8FC3FF22',
  fan1: '#B78CFF2E',
  fan2: '#B78CFF18',
  interval: '#8A63D2',
  shadow: 'none',
  overlay: '#000000A6',
};

/** Under `prefers-contrast: more` lines and secondary words take the weight of ink. */
const MORE_CONTRAST = { line: 'var(--ink3)', line2: 'var(--ink2)', ink2: 'var(--ink)', ink3: 'var(--ink2)' };

const declarations = (tokens: object): string =>
  Object.entries(tokens)
    .map(([name, value]) => `--${name}:${String(value)}`)
    .join(';');

/** The custom properties of both schemes as one style sheet; the build puts it into `index.html`, which sets the attribute before the first paint. */
export function tokenSheet(): string {
  return [
    `:root{color-scheme:light;${declarations(LIGHT)}}`,
    `[data-scheme=dark]{color-scheme:dark;${declarations(DARK)}}`,
    `@media (prefers-contrast:more){:root{${declarations(MORE_CONTRAST)};--ink2:${LIGHT.ink};--ink3:${LIGHT.ink2}}[data-scheme=dark]{--ink2:${DARK.ink};--ink3:${DARK.ink2}}}`,
  ].join('');
}
