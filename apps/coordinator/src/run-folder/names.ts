/** The run's configuration, for people. */
export const CONFIG_NAME = 'config.json';

/** Every name that a run gives a file in its folder, whatever a file system thinks of small and capital letters. */
const RUN_FILE =
  /^(?:(?:config|run|secrets|view|ended)\.json|certificate\.pem|term|lock(?:\.\d+)?|journal.*\.ndjson|.*\.(?:safetensors|lockstep-tmp))$/i;

/** Whether a file of that name, in a run's folder, is one that a run keeps there. */
export const isRunFileName = (name: string): boolean => RUN_FILE.test(name);
