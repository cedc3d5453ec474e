import { describe, expect, it } from 'vitest';
import {
  CLOSE_CODES,
  CLOSE_FOR_REFUSAL,
  closeCodeOf,
  closeForError,
  isFinalClose,
  PROTOCOL_ERROR_CODES,
  workerId,
} from './index.ts';

const ALL = Object.values(CLOSE_CODES);

describe('close codes', () => {
  it('are all different', () => {
    expect(new Set(ALL.map(({ code }) => code)).size).toBe(ALL.length);
  });

  it('are standard ones or of the range for applications', () => {
    const standard = [1000, 1001, 1002, 1003, 1007, 1009, 1011];
    expect(ALL.filter(({ code }) => !standard.includes(code) && (code < 4000 || code > 4999))).toEqual([]);
  });

  it('have a reason that fits a close frame', () => {
    expect(ALL.filter(({ reason }) => reason.length > 123 || !/^[ -~]+$/.test(reason))).toEqual([]);
  });

  it('tell a worker whether to come back', () => {
    expect([1000, 4403, 4406, 4429].map(isFinalClose)).toEqual([true, true, true, true]);
    expect([1001, 1006, 1009, 4400, 4401, 4408, 4410, 4413, 4503, 4999].some(isFinalClose)).toBe(false);
  });

  it('follow from a refusal', () => {
    const codes = Object.entries(CLOSE_FOR_REFUSAL).map(([refusal, { code }]) => [refusal, code]);
    expect(Object.fromEntries(codes)).toEqual({
      'protocol-version': 4406,
      contract: 4406,
      'golden-digest': 4406,
      token: 4401,
      full: 4503,
      excluded: 4403,
    });
  });

  it('are found by their number', () => {
    expect(closeCodeOf(4413)).toBe(CLOSE_CODES.slowReader);
    expect(closeCodeOf(1006)).toBeUndefined();
  });

  it('follow from a frame that could not be decoded', () => {
    const byCode = Object.fromEntries(PROTOCOL_ERROR_CODES.map((code) => [code, closeForError(code).code]));
    expect(byCode).toMatchObject({ 'protocol-version': 4406, 'frame-too-large': 1009, 'bad-header': 4400 });
  });
});

describe('a worker id', () => {
  it('is a safe integer from 0', () => {
    expect(workerId(7)).toBe(7);
    expect(() => workerId(-1)).toThrow(RangeError);
    expect(() => workerId(0.5)).toThrow(RangeError);
  });
});
