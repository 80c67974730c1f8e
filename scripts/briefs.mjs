// `node scripts/briefs.mjs`: brings six incidents about on the real product and keeps brief (PDF) and bundle (JSON) of each in --data,
// then draws pages of them into docs/images/briefs. What is in --data already is not done again, so that it can be done in parts:
// `--only KIND,...`; `--leave` stops the product while an approval still waits, to come back for it half an hour later.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './bootstrap/root.mjs';
import { startProduct, TEST_PRODUCT_VARIABLE } from '../tests/product.ts';
import { bringAbout, environmentOf, hasBegun, KINDS, planned } from '../tests/scenarios/six-incidents.ts';
import { Shop } from '../tests/scenarios/shop.ts';
import { createServer } from 'node:http';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(root, '.autoops-briefs') },
    only: { type: 'string', default: KINDS.join() },
    leave: { type: 'boolean', default: false },
  },
});
const chosen = KINDS.filter((kind) => values.only.split(',').includes(kind));
mkdirSync(values.data, { recursive: true });
const file = (kind, extension) => join(values.data, `${kind}.${extension}`);
const missing = chosen.filter((kind) => !existsSync(file(kind, 'json')));
// What waits for half an hour has a product of its own, which may be stopped meanwhile.
for (const kinds of [missing.filter((kind) => kind !== 'expired'), missing.filter((kind) => kind === 'expired')])
  if (kinds.length > 0) await record(kinds, join(values.data, kinds[0] === 'expired' ? 'waiting' : 'product'));

async function record(kinds, dataDir) {
  mkdirSync(dataDir, { recursive: true });
  const product = await startProduct({ dataDir });
  const offer = createServer((_request, response) => {
    response.end(JSON.stringify({ url: product.url, dataDir: product.dataDir }));
  });
  await new Promise((listening) => offer.listen(0, '127.0.0.1', listening));
  process.env[TEST_PRODUCT_VARIABLE] = `http://127.0.0.1:${offer.address().port}/`;
  const stop = () => void product.stop().then(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  try {
    for (const kind of kinds) await keep(kind);
  } finally {
    await product.stop();
    offer.close();
  }
}

async function keep(kind) {
  try {
    // What is over or waits already needs no baseline.
    const waits = kind === 'expired' && (await hasBegun(await Shop.join('prod')));
    const shop = waits ? await Shop.join('prod') : await Shop.open(environmentOf(kind));
    if (kind === 'expired' && values.leave && !waits) {
      const { incident } = await planned(shop);
      console.log(`${kind}: ${incident.name} waits for its approval; come back when that has expired`);
      return;
    }
    const incidents = await bringAbout(shop, kind);
    for (const [index, incident] of incidents.entries()) {
      await shop.replayed(incident.id, 60);
      const name = index === 0 ? kind : `${kind}-${index + 1}`;
      await download(shop, incident.id, 'brief.pdf', file(name, 'pdf'));
      await download(shop, incident.id, 'bundle.json', file(name, 'json'));
      console.log(`${name}: ${incident.name} ${incident.outcome}`);
    }
  } catch (error) {
    console.log(`${kind}: ${error.stack ?? error}`);
    process.exitCode = 1;
  }
}

async function download(shop, id, what, target) {
  const answer = await fetch(new URL(`/api/v1/incidents/${id}/${what}`, shop.url), {
    headers: { authorization: `Bearer ${shop.token('viewer')}` },
  });
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  writeFileSync(target, Buffer.from(await answer.arrayBuffer()));
}
