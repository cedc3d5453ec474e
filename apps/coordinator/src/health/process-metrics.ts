import type { Metric } from './prometheus-text.ts';

/** What monitoring systems expect to know of any process, under the names that they know. */
export function processMetrics(): readonly Metric[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const of = (name: string, type: Metric['type'], help: string, value: number): Metric => ({
    ...{ name, type, help },
    samples: [{ value }],
  });
  return [
    of('process_resident_memory_bytes', 'gauge', 'Resident memory size in bytes.', rss),
    of(
      'process_cpu_seconds_total',
      'counter',
      'User and system CPU time spent in seconds.',
      (user + system) / 1e6,
    ),
    of(
      'process_start_time_seconds',
      'gauge',
      'When the process started, in seconds of the Unix epoch.',
      startedAt(),
    ),
    of('nodejs_heap_size_used_bytes', 'gauge', "Bytes used of the JavaScript engine's heap.", heapUsed),
  ];
}

/** To the second: what is computed from two clocks must not look like a restart. */
const STARTED_AT = Math.round(Date.now() / 1000 - process.uptime());
const startedAt = (): number => STARTED_AT;
