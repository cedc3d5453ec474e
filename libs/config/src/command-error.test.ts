import { expect, it } from 'vitest';
import { describeFailure, EXIT } from './command-error.ts';

it.each([
  [
    { permission: 'FileSystemRead', resource: '/data/x' },
    'FileSystemRead of /data/x: start it with --allow-fs-read=/data/x too, or without --permission',
  ],
  [
    { permission: 'ChildProcess' },
    'ChildProcess: start it with --allow-child-process too, or without --permission',
  ],
  [{}, 'fsync API is disabled: start it without --permission'],
])('says in words what the permission model of Node refuses: %j', (details, words) => {
  const error = Object.assign(new Error('fsync API is disabled'), { code: 'ERR_ACCESS_DENIED', ...details });
  expect(describeFailure(error)).toEqual({
    exitCode: EXIT.failed,
    text: `lockstep: Node's permission model (--permission) refuses ${words}`,
  });
});

it('shows the stack of what is a defect', () => {
  expect(describeFailure(new TypeError('x')).text).toMatch(/^lockstep: unexpected TypeError: x\n/);
});
