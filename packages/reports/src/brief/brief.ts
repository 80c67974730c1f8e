import type { BriefInput } from './brief-input.ts';
import { openCanvas } from './canvas.ts';
import { briefContent } from './content.ts';
import { detailPages } from './details.ts';
import { pageOne } from './page-one.ts';

/**
 * The executive brief as tagged PDF bytes: one page for a reader with a minute, then details, then an appendix with hashes.
 * The same incident version gives the same bytes: all dates come from the record. Works for every outcome.
 */
export async function buildBrief(input: BriefInput): Promise<Uint8Array> {
  const { incident } = input;
  const canvas = openCanvas({
    title: `${incident.name}: ${incident.title}`,
    subject: `Executive brief of an incident in ${incident.environment}`,
    at: new Date(incident.updatedAt),
    footer: `${incident.name} version ${incident.version} \u00b7 AutoOps ${input.generator.version}${incident.demo ? ' \u00b7 demo' : ''}`,
  });
  canvas.document.outline.addItem('Summary');
  const content = briefContent(input);
  pageOne(canvas, content, input.bundleUrl);
  detailPages(canvas, content);
  return canvas.finish();
}
