export { describeWith } from './describe-with.ts';
