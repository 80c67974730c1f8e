// `pnpm briefs`: brings six incidents about on the real product and keeps the signed bundle of each in
// tests/__fixtures__/briefs (brief and bundle as they were answered go to --data), then draws pages of their briefs into
// docs/images/briefs, told again by the explainer of today. What has a bundle already is not done again; `--again` does it.
// `--only KIND,...` for some; `--leave` stops the product while an approval still waits, to come back for it half an hour later.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './bootstrap/root.mjs';
import { drawPages } from './briefs/pages.mjs';
import { readOptions, refuse } from './options.ts';
import { startProduct } from '../tests/product.ts';
import { bringAbout, environmentOf, hasBegun, KINDS, planned } from '../tests/scenarios/six-incidents.ts';
import { Shop } from '../tests/scenarios/shop.ts';

const USAGE = `usage: pnpm briefs [--only KIND,...] [--data DIR] [--again] [--leave]

--only   ${KINDS.join(', ')}
--data   where products keep their data, and the briefs and bundles as they were answered
--again  record also what has a bundle already
--leave  stop while the approval of \`expired\` waits; come back half an hour later`;
const { values } = readOptions(USAGE, {
  options: {
    data: { type: 'string', default: join(tmpdir(), 'autoops-briefs') },
    only: { type: 'string', default: KINDS.join() },
    leave: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
  },
});
const bundles = join(root, 'tests/__fixtures__/briefs');
const bundle = (name) => join(bundles, `${name}.bundle.json.gz`);
const wanted = values.only.split(',');
const unknown = wanted.find((kind) => !KINDS.includes(kind));
if (unknown !== undefined) refuse(USAGE, `There is no kind '${unknown}'`);
const chosen = KINDS.filter((kind) => wanted.includes(kind));
mkdirSync(values.data, { recursive: true });
mkdirSync(bundles, { recursive: true });
const missing = chosen.filter((kind) => values.again || !existsSync(bundle(kind)));
// What waits for half an hour has a product of its own, which may be stopped meanwhile.
for (const kinds of [missing.filter((kind) => kind !== 'expired'), missing.filter((kind) => kind === 'expired')])
  if (kinds.length > 0) await record(kinds, join(values.data, kinds[0] === 'expired' ? 'waiting' : 'product'));
await drawPages(
  chosen.filter((kind) => existsSync(bundle(kind))).map((kind) => ({ kind, file: bundle(kind) })),
  join(root, 'docs/images/briefs'),
);

async function record(kinds, dataDir) {
  mkdirSync(dataDir, { recursive: true });
  const product = await startProduct({ dataDir });
  const stop = () => void product.stop().then(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  try {
    for (const kind of kinds) await keep(kind, product);
  } finally {
    await product.stop();
  }
}

async function keep(kind, product) {
  try {
    // What is over or waits already needs no baseline.
    const waits = kind === 'expired' && (await hasBegun(await Shop.join('prod', product)));
    const shop = waits ? await Shop.join('prod', product) : await Shop.open(environmentOf(kind), product);
    if (kind === 'expired' && values.leave && !waits) {
      const { incident } = await planned(shop);
      console.log(`${kind}: ${incident.name} waits for its approval; come back when that has expired`);
      return;
    }
    const [incident] = await bringAbout(shop, kind);
    await shop.replayed(incident.id, 60);
    writeFileSync(join(values.data, `${kind}.pdf`), await download(shop, incident.id, 'brief.pdf'));
    writeFileSync(bundle(kind), gzipSync(await download(shop, incident.id, 'bundle.json'), { level: 9 }));
    console.log(`${kind}: ${incident.name} ${incident.outcome}`);
  } catch (error) {
    console.log(`${kind}: ${error.stack ?? error}`);
    process.exitCode = 1;
  }
}

async function download(shop, id, what) {
  const answer = await fetch(new URL(`/api/v1/incidents/${id}/${what}`, shop.url), {
    headers: { authorization: `Bearer ${shop.token('viewer')}` },
  });
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}
