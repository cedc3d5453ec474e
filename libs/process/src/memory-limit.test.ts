import { expect, it } from 'vitest';
import { memoryLimit, type MemoryFacts } from './memory-limit.ts';

const GIB = 1024 ** 3;
const machine = (files: Readonly<Record<string, string>>, constrainedBytes = 0): MemoryFacts => ({
  read: (path) => files[path],
  totalBytes: 16 * GIB,
  constrainedBytes,
});
const V2 = '30 1 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n';
const V1 = '36 1 0:31 / /sys/fs/cgroup/memory rw shared:13 - cgroup cgroup rw,memory\n';

it('is the least of the groups around the process', () => {
  const files = {
    '/proc/self/cgroup': '0::/system.slice/run.service\n',
    '/proc/self/mountinfo': V2,
    '/sys/fs/cgroup/system.slice/run.service/memory.max': '536870912\n',
    '/sys/fs/cgroup/system.slice/memory.max': '268435456\n',
  };
  const source = '/sys/fs/cgroup/system.slice/memory.max';
  expect(memoryLimit(machine(files))).toEqual({ bytes: 268435456, source });
});

it('is at the top of the mount in a container of version 2, which sees no group above its own', () => {
  const files = {
    '/proc/self/cgroup': '0::/\n',
    '/proc/self/mountinfo': V2,
    '/sys/fs/cgroup/memory.max': '134217728\n',
  };
  expect(memoryLimit(machine(files))?.bytes).toBe(134217728);
});

it('is at the top of the mount in a container of version 1, which is told its path on the host', () => {
  const files = {
    '/proc/self/cgroup': '5:cpu,cpuacct:/docker/1f\n4:memory:/docker/1f\n0::/docker/1f\n',
    '/proc/self/mountinfo': '36 1 0:31 /docker/1f /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '134217728\n',
  };
  expect(memoryLimit(machine(files))?.bytes).toBe(134217728);
});

it.each([
  [
    'version 2 says max',
    { '/proc/self/cgroup': '0::/a\n', '/proc/self/mountinfo': V2, '/sys/fs/cgroup/a/memory.max': 'max\n' },
  ],
  [
    'version 1 gives the largest number',
    {
      '/proc/self/cgroup': '4:memory:/\n',
      '/proc/self/mountinfo': V1,
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    },
  ],
  ['nothing can be read', {}],
])('is none where %s, whatever Node says then', (_, files) => {
  for (const said of [0, 18446744073709552000]) expect(memoryLimit(machine(files, said))).toBeUndefined();
});

it("is Node's where there are no groups", () => {
  expect(memoryLimit(machine({}, GIB))).toEqual({ bytes: GIB, source: "Node's constrainedMemory" });
});
