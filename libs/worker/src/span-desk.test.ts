import { madeUpConfig } from '@lockstep/config/testing';
import { ProtocolError, type LeaseMessage, type RowsMessage, type Weights } from '@lockstep/protocol';
import { describe, expect, it } from 'vitest';
import { SpanDesk } from './span-desk.ts';

const config = madeUpConfig({ sizes: [2, 3], batchSize: 16, leafRows: 2 });

const weights = (step: number): Weights => ({
  type: 'weights',
  term: 1,
  step,
  checksum: '0'.repeat(16),
  weights: new Float32Array(9),
});
const rows = (step: number, firstLeaf: number, leafCount: number): RowsMessage => ({
  type: 'rows',
  term: 1,
  step,
  span: { firstLeaf, leafCount },
  rowCount: leafCount * 2,
  rows: Uint8Array.from({ length: leafCount * 4 }, (_, i) => firstLeaf * 4 + i),
  labels: Uint8Array.from({ length: leafCount * 2 }, (_, i) => firstLeaf * 2 + i),
});
const lease = (step: number, firstLeaf: number, leafCount: number): LeaseMessage => ({
  type: 'lease',
  purpose: 'step',
  term: 1,
  step,
  span: { firstLeaf, leafCount },
  rowCount: leafCount * 2,
});

function deskAt(step: number): SpanDesk {
  const desk = new SpanDesk(1, config, { recycle: () => undefined });
  desk.putWeights(weights(step));
  return desk;
}

describe('SpanDesk', () => {
  it('gives leases in their order, with their part of the rows that were sent', () => {
    const desk = deskAt(3);
    desk.putRows(rows(3, 0, 4));
    desk.putLease(lease(3, 2, 2));
    desk.putLease(lease(3, 0, 1));
    expect(desk.takeWork()?.rows).toEqual({
      rows: Uint8Array.of(8, 9, 10, 11, 12, 13, 14, 15),
      labels: Uint8Array.of(4, 5, 6, 7),
      step: 3,
      firstRow: 4,
    });
    expect(desk.takeWork()?.rows.labels).toEqual(Uint8Array.of(0, 1));
    expect(desk.takeWork()).toBeUndefined();
  });

  it('keeps the rows of the next step until its weights are there', () => {
    const desk = deskAt(3);
    desk.putRows(rows(4, 0, 2));
    desk.putWeights(weights(4));
    desk.putLease(lease(4, 0, 2));
    expect(desk.takeWork()?.lease.step).toBe(4);
  });

  it('forgets the leases and rows of a step when newer weights come', () => {
    const desk = deskAt(3);
    desk.putRows(rows(3, 0, 2));
    desk.putLease(lease(3, 0, 2));
    desk.putWeights(weights(4));
    expect(desk.takeWork()).toBeUndefined();
    expect(() => desk.putLease(lease(4, 0, 2))).toThrow(/came before its rows/);
  });

  it('gives the newest weights, once', () => {
    const desk = deskAt(3);
    desk.putWeights(weights(4));
    expect(desk.takeWeights()?.step).toBe(4);
    expect(desk.takeWeights()).toBeUndefined();
  });

  it.each([
    ['a lease of another step', (desk: SpanDesk) => desk.putLease(lease(4, 0, 1))],
    ['a lease without rows', (desk: SpanDesk) => desk.putLease(lease(3, 6, 1))],
    ['rows of a step far ahead', (desk: SpanDesk) => desk.putRows(rows(5, 0, 1))],
    ['rows of a step that is over', (desk: SpanDesk) => desk.putRows(rows(2, 0, 1))],
    [
      'a lease of more rows than were sent',
      (desk: SpanDesk) => {
        desk.putRows(rows(3, 0, 1));
        desk.putLease({ ...lease(3, 0, 1), rowCount: 3 });
      },
    ],
    [
      'rows without end',
      (desk: SpanDesk) => {
        for (let i = 0; i < 1000; i++) desk.putRows(rows(3, 0, 1));
      },
    ],
  ])('refuses %s', (_, put) => {
    expect(() => put(deskAt(3))).toThrow(ProtocolError);
  });
});
