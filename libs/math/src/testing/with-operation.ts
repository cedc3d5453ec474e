import type { Backend } from '../backend.ts';
import type { OperationName } from '../operations.ts';

/** `backend`, an object of functions, but for one operation of its `map`. */
export const withOperation = (backend: Backend, name: OperationName, compute: Backend['map']): Backend => ({
  ...backend,
  map: (operation, ...given) => (operation === name ? compute : backend.map)(operation, ...given),
});
