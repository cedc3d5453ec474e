/**
 * Whatever subprotocols a client offers, none is spoken here. `ws` by itself agrees to the first that is offered, and a client that
 * was agreed with may expect what nobody keeps.
 */
export const speakNone = (): false => false;
