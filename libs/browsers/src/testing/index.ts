export { areBrowsersRequired, describeWith } from './describe-with.ts';
