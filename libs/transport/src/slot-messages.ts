/**
 * What the two ends of a `SlotChannel` tell each other beside the frames they carry. No frame of the protocol begins like these: its
 * first word is the length of a header, which is far shorter.
 */
export type SlotMessage =
  /** The coordinator made memory: its name, and the bytes of each of its slots. */
  | { readonly type: 'offer'; readonly name: string; readonly slotBytes: number }
  /** The worker has it too. */
  | { readonly type: 'accept' }
  /** The worker cannot have it: it is on another machine, say. */
  | { readonly type: 'decline' }
  /** A frame lies in a slot of the sender's. */
  | { readonly type: 'frame'; readonly slot: number; readonly length: number };

const MARK = 0xffffffff;
const OFFER = 1;
const ACCEPT = 2;
const FRAME = 3;
const DECLINE = 4;
/** Mark, kind and two numbers. */
const HEAD_BYTES = 16;
const MOST_NAME_BYTES = 64;

export function encodeSlotMessage(message: SlotMessage): Uint8Array {
  const name = message.type === 'offer' ? new TextEncoder().encode(message.name) : new Uint8Array(0);
  const bytes = new Uint8Array(HEAD_BYTES + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MARK, true);
  bytes.set(name, HEAD_BYTES);
  switch (message.type) {
    case 'offer':
      view.setUint32(4, OFFER, true);
      view.setUint32(8, message.slotBytes, true);
      return bytes;
    case 'accept':
      view.setUint32(4, ACCEPT, true);
      return bytes;
    case 'decline':
      view.setUint32(4, DECLINE, true);
      return bytes;
    case 'frame':
      view.setUint32(4, FRAME, true);
      view.setUint32(8, message.slot, true);
      view.setUint32(12, message.length, true);
      return bytes;
  }
}

/** @returns undefined when the bytes are a frame, `'broken'` when they are neither that nor a message */
export function decodeSlotMessage(bytes: Uint8Array): SlotMessage | 'broken' | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MARK) return undefined;
  if (bytes.length < HEAD_BYTES || bytes.length > HEAD_BYTES + MOST_NAME_BYTES) return 'broken';
  const [kind, first, second] = [4, 8, 12].map((at) => view.getUint32(at, true)) as [number, number, number];
  switch (kind) {
    case OFFER:
      return { type: 'offer', name: new TextDecoder().decode(bytes.subarray(HEAD_BYTES)), slotBytes: first };
    case ACCEPT:
      return { type: 'accept' };
    case DECLINE:
      return { type: 'decline' };
    case FRAME:
      return { type: 'frame', slot: first, length: second };
    default:
      return 'broken';
  }
}
