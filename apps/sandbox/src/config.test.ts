import { readdirSync, readFileSync } from 'node:fs';
import { OpenSlo, RateCard, Sources, Topology } from '@autoops/contracts';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { CHECKOUT } from './constants.ts';

const config = new URL('../config/', import.meta.url);
const read = (file: string): unknown => parse(readFileSync(new URL(file, config), 'utf8'));
const all = (folder: string) => readdirSync(new URL(folder, config)).map((file) => read(`${folder}${file}`));

describe("the demo's configuration", () => {
  it('has an SLO for storefront, checkout and orders over a rolling 6 h', () => {
    const slos = all('slos/').map((document) => OpenSlo.parse(document));
    const targets = Object.fromEntries(slos.map(({ spec }) => [spec.service, spec.objectives[0]?.targetPercent]));
    expect(targets).toEqual({ storefront: 99.5, checkout: 95, orders: 95 });
    expect(slos.every(({ spec }) => spec.timeWindow[0]?.duration === '6h' && spec.timeWindow[0].isRolling)).toBe(true);
  });

  it('names the same replicas as the shop has', () => {
    const topology = Topology.parse(read('topology.yaml'));
    expect(topology.services.find(({ name }) => name === 'checkout')?.replicas).toEqual({
      normal: CHECKOUT.replicas,
      maximum: CHECKOUT.maximumReplicas,
    });
  });

  it('has readable sources and rate cards approved as demo', () => {
    expect(Sources.parse(read('sources.yaml')).sources.map(({ name }) => name)).toEqual(['sandbox', 'events']);
    expect(all('rate-cards/').map((document) => RateCard.parse(document).approvedBy)).toEqual(['demo', 'demo', 'demo']);
  });
});
