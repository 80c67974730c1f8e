// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { SCREENS } from '../screens.ts';
import { drawFirstPage, warmUp } from './draw.tsx';

const SESSION = {
  authenticated: true,
  subject: 'anna@example.org',
  name: 'Anna </script><b>',
  role: 'viewer',
  permissions: ['aiops:read'],
  devUsers: [],
  demo: true,
  version: '0.0.0',
};
const STOPPED = {
  scope: 'workspace',
  level: 'freeze',
  version: 1,
  reason: 'drill </script>',
  changedBy: { kind: 'user', id: 'anna@example.org' },
  changedAt: '2026-01-15T14:00:00Z',
};
const path = '/api/v1/';

describe('the first page', () => {
  it.each(SCREENS.map((screen) => screen.path.replace(':id', 'x').replace('*', '/nowhere')))(
    'of %s is drawn on the server, whatever is refused',
    async (url) => {
      const asked: string[] = [];
      const html = await drawFirstPage(url, (question) => {
        asked.push(question);
        return question === `${path}session` ? Promise.resolve(SESSION) : Promise.reject(new Error('refused'));
      });
      expect(html).toMatch(/^<div id="first-frame" aria-hidden="true" inert><style>/);
      expect(html).toContain('<nav class="rail"');
      expect(html).toContain('<main id="main"');
      expect(new Set(asked).size, 'nothing is asked twice').toBe(asked.length);
    },
  );

  it('is warmed up without anybody to ask as', async () => {
    await expect(warmUp()).resolves.toBeUndefined();
  });

  it('shows what the API answers, and hands it to the scripts', async () => {
    const answers: Record<string, unknown> = { session: SESSION, controls: { items: [STOPPED], next: null } };
    const html = await drawFirstPage('/settings', (question) => {
      const answer = answers[question.slice(path.length)];
      return answer === undefined ? Promise.reject(new Error('refused')) : Promise.resolve(answer);
    });
    const [drawn = '', json = ''] = html.split('<script type="application/json" id="first-answers">');
    expect(drawn).toContain('All automation is stopped.');
    expect(drawn).toContain('drill &lt;/script&gt;');
    expect(json.slice(0, -'</script>'.length), 'no answer can end the element that holds it').not.toContain('<');
    const { queries } = JSON.parse(json.slice(0, -'</script>'.length)) as {
      queries: { queryKey: unknown; state: { data: unknown } }[];
    };
    expect(queries.map(({ queryKey, state }) => [queryKey, state.data])).toEqual([
      [['session'], SESSION],
      [['controls', {}], answers['controls']],
    ]);
  });

  it('asks what the address asked the last time before it draws, and never what only others may', async () => {
    const page = async (permissions: readonly string[]): Promise<readonly (readonly string[])[]> => {
      const rounds: string[][] = [];
      let round: string[] | undefined;
      const html = await drawFirstPage('/incidents/INC-1/evaluate', async (question) => {
        if (round === undefined) {
          rounds.push((round = []));
          setTimeout(() => (round = undefined));
        }
        round.push(question.slice(path.length));
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (question === `${path}session`) return { ...SESSION, permissions };
        if (question === `${path}incidents/INC-1`) return { name: 'INC-1', title: 'Checkout fails', planId: 'PLAN-1' };
        if (question === `${path}plans/PLAN-1`) throw new Error('refused');
        return { items: [], next: null };
      });
      expect(html).toContain('Checkout fails');
      return rounds;
    };
    const reader = ['aiops:read'];
    const [first, again, other] = [await page(reader), await page(reader), await page(['aiops:admin'])];
    expect(again, 'the session, and then all the rest at once').toHaveLength(2);
    expect(new Set(again.flat())).toEqual(new Set(first.flat()));
    expect(first.length).toBeGreaterThan(2);
    expect(other).toHaveLength(first.length);
  });
});
