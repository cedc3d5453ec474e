import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { watchLine } from './watch-line.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const client = Object.assign(new EventEmitter(), { terminate: vi.fn() });
  const line = { bytesRead: 0 };
  watchLine(client as unknown as WebSocket, line);
  return { client, line };
}

describe('the watch over a line', () => {
  it('cuts it when nothing comes for 2.3 seconds', () => {
    const { client, line } = watched();
    for (let byte = 0; byte < 20; byte++) {
      line.bytesRead++;
      vi.advanceTimersByTime(2200);
    }
    expect(client.terminate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(client.terminate).toHaveBeenCalled();
  });

  it('waits longer where messages are long', () => {
    const { client } = watched();
    client.emit('message', { length: 60 * 1024 * 1024 });
    vi.advanceTimersByTime(3200);
    expect(client.terminate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(client.terminate).toHaveBeenCalled();
  });

  it('ends with the connection', () => {
    const { client } = watched();
    client.emit('close');
    vi.advanceTimersByTime(60_000);
    expect(client.terminate).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
