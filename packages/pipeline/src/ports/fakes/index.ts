export { FakeClock, SequentialIds } from './clock.ts';
export { MemoryStore } from './memory-store.ts';
export { FakeTarget, type Effect } from './fake-target.ts';
