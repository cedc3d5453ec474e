import { readFileSync } from 'node:fs';
import { coordinationDefaults } from '@lockstep/coordination';
import { HANDSHAKE_LIMITS } from '@lockstep/protocol';
import { quotedIn, tableWith } from '@lockstep/protocol/testing/page';
import { MESSAGE_ALLOWANCES } from '@lockstep/shell';
import type { Allowance } from '@lockstep/transport';
import { describe, expect, it } from 'vitest';
import { VIEWER_FRAMES } from '../viewers/viewer-door.ts';
import { FRAMES_OF_ANSWER, HANDSHAKES_OF_FLOOD } from './entrance.ts';
import { doorLimits } from './limits.ts';
import { HTTP_REFUSALS } from './refusals.ts';

const page = readFileSync(new URL('../../../../libs/protocol/PROTOCOL.md', import.meta.url), 'utf8');
const limits = doorLimits(HANDSHAKE_LIMITS.maxFrameBytes, 1);

describe('PROTOCOL.md', () => {
  it('has the HTTP statuses of refusals, all of them', () => {
    const statuses = tableWith(page, '## Close codes', 'status').rows.map((row) => Number(row['status']));
    const used = new Set(Object.values(HTTP_REFUSALS).map(({ code }) => code as number));
    expect(statuses).toEqual([...used].toSorted((a, b) => a - b));
  });

  it('has what may be sent of each kind', () => {
    const rows = tableWith(page, '## Messages a second', 'kind').rows;
    const allowance = (start: string): Allowance => {
      const row = rows.find(({ kind }) => kind!.startsWith(start))!;
      return { burst: Number(row['at once']), perSecond: Number(row['a second more']) };
    };
    const { hello, leave, ...kinds } = MESSAGE_ALLOWANCES;
    for (const [kind, expected] of Object.entries(kinds))
      expect(allowance(`\`${kind}\``), kind).toEqual(expected);
    expect(allowance('WebSocket frames below 1 KiB of a worker')).toEqual(limits.frames);
    expect(allowance('WebSocket frames below 1 KiB of a viewer')).toEqual(VIEWER_FRAMES);
    expect(rows).toHaveLength(Object.keys(kinds).length + 2);
    expect(rows.flatMap(({ beside }) => /\d+(?= for each lease)/.exec(beside!) ?? []).map(Number)).toEqual([
      FRAMES_OF_ANSWER,
    ]);
    expect(page).toContain(`it counts as ${HANDSHAKES_OF_FLOOD} connections of its address`);
    expect([hello, leave]).toEqual([
      { burst: 1, perSecond: 0 },
      { burst: 1, perSecond: 0 },
    ]);
    expect(quotedIn(/^.* are said once\.$/m.exec(page)![0])).toEqual(['hello', 'leave']);
  });

  it('has the numbers of a connection', () => {
    const silence = coordinationDefaults.silenceMicros / 1e6;
    expect(page).toMatch(
      new RegExp(`One that sends nothing for ${silence} seconds,\\s+not even a byte of a message`),
    );
    expect(page).toContain(`take more than ${limits.maxBytesBeforeHello / 1024} KiB in all`);
    expect(page).toContain(`no whole HTTP header within ${limits.headerDeadlineMs / 1000} seconds`);
    const pieces = limits.maxFragments - Math.ceil(limits.maxFrameBytes / 1024);
    expect(page).toContain(`may come in at most ${pieces} pieces and one more a KiB`);
  });
});
