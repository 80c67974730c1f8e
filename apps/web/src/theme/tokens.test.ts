import { describe, expect, it } from 'vitest';
import { DARK, LIGHT, type Tokens } from './tokens.ts';

type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

/** What an eye makes of linear light: Machado, Oliveira and Fernandes 2009, severity 1; without colour, relative luminance alone. */
const EYES: Readonly<Record<string, Matrix>> = {
  'all colours': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
  achromatopsia: [
    [0.2126, 0.7152, 0.0722],
    [0.2126, 0.7152, 0.0722],
    [0.2126, 0.7152, 0.0722],
  ],
};

const linear = (hex: string): Rgb => {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};
const times = (matrix: Matrix, [r, g, b]: Rgb): Rgb => {
  const row = ([x, y, z]: Rgb): number => Math.min(1, Math.max(0, x * r + y * g + z * b));
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
};
const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
/** The contrast of two colours as WCAG 2 defines it. */
function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** A colour in OKLab (Ottosson 2020), where distances are as large as they look. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
const distance = (one: Rgb, other: Rgb): number => Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);

/** The words of a status and what they stand on. */
const WORDS: readonly (readonly [keyof Tokens, readonly (keyof Tokens)[]])[] = [
  ['ink', ['bg', 'card', 'sunk']],
  ['ink2', ['bg', 'card', 'sunk']],
  ['ink3', ['bg', 'card', 'sunk']],
  ['accent', ['bg', 'card', 'accentbg']],
  ['allow', ['bg', 'card', 'allowbg']],
  ['guard', ['bg', 'card', 'guardbg']],
  ['deny', ['bg', 'card', 'denybg']],
  ['crit', ['bg', 'card', 'critbg']],
  ['high', ['bg', 'card', 'highbg']],
  ['med', ['bg', 'card', 'medbg']],
  ['low', ['bg', 'card']],
];
/** What a chart is drawn with and on: a card, or a bar that is drawn itself. */
const LINES: readonly (readonly [keyof Tokens, keyof Tokens])[] = [
  ...(['obs', 'guard', 'crit', 'high', 'allow', 'accent', 'ink3', 'interval'] as const).map(
    (line) => [line, 'card'] as const,
  ),
  ['obs', 'interval'],
];

describe.each(Object.entries({ light: LIGHT, dark: DARK }))('%s', (_scheme, tokens) => {
  it.each(Object.entries(EYES))('every word can be read with %s', (_eyes, matrix) => {
    const seen = (name: keyof Tokens): Rgb => times(matrix, linear(tokens[name]));
    const weak = WORDS.flatMap(([word, grounds]) =>
      grounds
        .map((ground) => ({ word, ground, contrast: contrast(seen(word), seen(ground)) }))
        .filter((pair) => pair.contrast < 4.5),
    );
    expect(weak).toEqual([]);
  });

  it.each(Object.entries(EYES))('every line of a chart can be seen with %s', (_eyes, matrix) => {
    const seen = (name: keyof Tokens): Rgb => times(matrix, linear(tokens[name]));
    const weak = LINES.map(([line, ground]) => ({
      line,
      ground,
      contrast: contrast(seen(line), seen(ground)),
    })).filter((pair) => pair.contrast < 3);
    expect(weak).toEqual([]);
  });

  it.each(Object.entries(EYES).filter(([eyes]) => eyes !== 'achromatopsia'))(
    'the three verdicts differ in colour with %s, and do not need to: each has its shape and word',
    (_eyes, matrix) => {
      const [allow, guard, deny] = [tokens.allow, tokens.guard, tokens.deny].map((hex) =>
        oklab(times(matrix, linear(hex))),
      ) as [Rgb, Rgb, Rgb];
      const least = Math.min(distance(allow, guard), distance(allow, deny), distance(guard, deny));
      // The red and green that most tools take come as near as 0.067 to a deuteranope (ux.md).
      expect(least).toBeGreaterThan(0.09);
    },
  );
});
