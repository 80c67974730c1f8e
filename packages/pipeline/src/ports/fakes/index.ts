export { FakeClock, SequentialIds } from './clock.ts';
