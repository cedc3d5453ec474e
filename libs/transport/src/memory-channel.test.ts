import { describe, expect, it } from 'vitest';
import { memoryChannelPair } from './index.ts';
import { describeChannel } from './testing/describe-channel.ts';

describeChannel('a channel in memory', async () => {
  const [left, right] = memoryChannelPair();
  return { left, right, dispose: async () => undefined };
});

describe('a channel in memory', () => {
  it('never delivers while the sender is still sending', async () => {
    const [left, right] = memoryChannelPair();
    const events: string[] = [];
    right.onFrame(() => events.push('received'));
    left.send(Uint8Array.of(1), () => events.push('flushed'));
    events.push('sent');
    await Promise.resolve();
    expect(events).toEqual(['sent', 'flushed', 'received']);
  });
});
