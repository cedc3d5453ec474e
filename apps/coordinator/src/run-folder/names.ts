/** The run's configuration, for people. */
export const CONFIG_NAME = 'config.json';
