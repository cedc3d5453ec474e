/** Version of the messages and frames. A peer of another version is refused with `protocol-version`, never half understood. */
export const PROTOCOL_VERSION = 5;

/** Name of the exactness contract: which float operations happen, and in which order. */
export const CONTRACT = 'exact-2';
