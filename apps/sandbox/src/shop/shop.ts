import { CATALOGUE, CHECKOUT, GOOD_RELEASE, LOAD, REINDEX } from '../constants.ts';
import type { ShopDatabase } from '../database.ts';
import type { Shed } from '../processes/front.ts';
import { reindexConcurrency, type ReindexState } from '../processes/reindex.ts';
import { SupervisedProcess, type LogLine, type ProcessBudget } from '../supervised-process.ts';
import { CheckoutReplicas } from './checkout-replicas.ts';
import { OrderQueue } from './order-queue.ts';

export type ChangeKind = 'deploy' | 'job' | 'config';
/** Who made a change, where that is AutoOps: it does not look for causes in what it did itself. */
export type ChangeActor = 'autoops';
const by = (actor: ChangeActor | undefined) => (actor === undefined ? {} : { actor });

/** Tells the outside that somebody changed something. */
export type TellChange = (
  kind: ChangeKind,
  environment: string,
  data: { service: string; summary: string; version?: string; job?: string; actor?: ChangeActor },
) => void;

export type ShopOptions = {
  readonly environment: string;
  readonly seed: string;
  readonly database: ShopDatabase;
  readonly budget: ProcessBudget;
  readonly onLine: LogLine;
  readonly tellChange: TellChange;
};

const NO_SHED: Shed = { retries: 0, browse: 0 };
const NORMAL_JOB: ReindexState = { noisy: false, percent: 100, suspended: false };
/** A noisy run is a full rebuild that is given up after this time, throttled or not. */
const NOISY_RUN_MS = 10 * 60_000;

/** After a reset clients do not retry for so long: a retry's duplicate check holds its slot for 2.4 s, and a storm outlives a shorter pause. */
const QUIET_MS = 5000;

/** The shop of one environment: its processes and everything about them that a person or an action can set. */
export class Shop {
  readonly environment: string;
  readonly queue: OrderQueue;
  readonly replicas: CheckoutReplicas;
  readonly ports: {
    readonly storefront: number;
    readonly balancer: number;
    readonly catalogue: number;
    readonly jobs: number;
  };
  readonly #front: SupervisedProcess;
  readonly #catalogue: SupervisedProcess;
  readonly #jobs: SupervisedProcess;
  readonly #tellChange: TellChange;
  #load: SupervisedProcess | undefined;
  #desired: number = CHECKOUT.replicas;
  #version = GOOD_RELEASE;
  #previousVersion: string | undefined;
  #job = NORMAL_JOB;
  #shed = NO_SHED;
  #extraMs = 0;
  #surge = 1;
  #noisyTimer: NodeJS.Timeout | undefined;
  #cleaning: NodeJS.Timeout[] = [];

  private constructor(
    options: ShopOptions,
    parts: Pick<Shop, 'queue' | 'replicas' | 'ports'> & {
      front: SupervisedProcess;
      catalogue: SupervisedProcess;
      jobs: SupervisedProcess;
    },
  ) {
    this.environment = options.environment;
    this.#tellChange = options.tellChange;
    this.queue = parts.queue;
    this.replicas = parts.replicas;
    this.ports = parts.ports;
    this.#front = parts.front;
    this.#catalogue = parts.catalogue;
    this.#jobs = parts.jobs;
  }

  /** Starts all processes of an environment; when one does not start, the others are ended and the error is thrown. */
  static async start(options: ShopOptions): Promise<Shop> {
    const { environment, seed, database, budget, onLine } = options;
    const started: { end(): Promise<void> }[] = [];
    const spawn = async (program: 'front' | 'catalogue' | 'jobs') => {
      await budget.take();
      const child = new SupervisedProcess(program, budget, onLine);
      started.push(child);
      return child;
    };
    try {
      const [catalogue, jobs, front] = await Promise.all([spawn('catalogue'), spawn('jobs'), spawn('front')]);
      const [{ port: cataloguePort }, { port: ordersPort }] = await Promise.all([
        catalogue.call<{ port: number }>('start', { seed }),
        jobs.call<{ port: number }>('start', { environment, seed, connection: database.connection }),
      ]);
      const { port, balancerPort } = await front.call<{ port: number; balancerPort: number }>('start', {
        environment,
        cataloguePort,
        ordersPort,
        seed,
      });
      const replicas = new CheckoutReplicas({
        environment,
        cataloguePort,
        connection: database.connection,
        seed,
        budget,
        onLine,
        route: (backends) => front.call('route', backends),
      });
      started.push(replicas);
      await replicas.scale(CHECKOUT.replicas, GOOD_RELEASE);
      const ports = { storefront: port, balancer: balancerPort, catalogue: cataloguePort, jobs: ordersPort };
      return new Shop(options, { queue: new OrderQueue(database.admin), replicas, ports, front, catalogue, jobs });
    } catch (error) {
      await Promise.all(started.map((part) => part.end()));
      throw error;
    }
  }

  get desired(): number {
    return this.#desired;
  }

  get version(): string {
    return this.#version;
  }

  /** The version that ran before the last deploy, as a deployment's history would say. */
  get previousVersion(): string | undefined {
    return this.#previousVersion;
  }

  get job(): ReindexState & { readonly concurrency: number } {
    return { ...this.#job, concurrency: reindexConcurrency(this.#job) };
  }

  get shed(): Shed {
    return this.#shed;
  }

  get slow(): boolean {
    return this.#extraMs > 0;
  }

  get surging(): boolean {
    return this.#surge !== 1;
  }

  /** The core processes by name; a dead one means that the sandbox itself is broken, not the shop. */
  get core(): readonly { name: string; alive: boolean; pid: number | undefined }[] {
    const named: [string, SupervisedProcess][] = [
      ['front', this.#front],
      ['catalogue', this.#catalogue],
      ['jobs', this.#jobs],
    ];
    return named.map(([name, child]) => ({ name, alive: child.alive, pid: child.pid }));
  }

  /** Lets the load generator in; it starts after the shop. */
  attachLoad(load: SupervisedProcess): void {
    this.#load = load;
  }

  async scale(count: number): Promise<void> {
    this.#desired = count;
    await this.replicas.scale(count, this.#version);
  }

  /** Rolls every replica, one by one, to a version. */
  async deploy(version: string, actor?: ChangeActor): Promise<void> {
    this.#announce(version, `checkout ${version} is being deployed`, actor); // before its first effect: what follows is judged by it
    this.#setVersion(version);
    for (const replica of this.replicas.all) {
      if (replica.version !== version || !replica.process.alive) await this.replicas.renew(replica.name, version);
    }
    await this.replicas.drained();
  }

  /** Rolls one replica to a version; the set's version follows when all replicas have it. */
  async deployReplica(name: string, version: string, actor?: ChangeActor): Promise<void> {
    this.#announce(version, `checkout ${version} is being deployed to ${name}`, actor);
    await this.replicas.renew(name, version);
    if (this.replicas.all.every((replica) => replica.version === version)) this.#setVersion(version);
  }

  #announce(version: string, summary: string, actor: ChangeActor | undefined): void {
    this.#tellChange('deploy', this.environment, { service: 'checkout', version, summary, ...by(actor) });
  }

  #setVersion(version: string): void {
    if (version !== this.#version) this.#previousVersion = this.#version;
    this.#version = version;
  }

  async setJob(change: Partial<Pick<ReindexState, 'percent' | 'suspended'>>, actor?: ChangeActor): Promise<void> {
    this.#job = { ...this.#job, ...change };
    await this.#jobs.call('setReindex', this.#job);
    const { suspended, percent } = this.#job;
    const summary = suspended
      ? 'reindex suspended'
      : percent < 100
        ? `reindex throttled to ${percent} %`
        : 'reindex runs without a limit again';
    this.#tellChange('config', this.environment, { service: 'reindex', job: 'reindex', summary, ...by(actor) });
  }

  /** Starts the job's full rebuild, which wants 17 connections, or ends it. */
  async setNoisy(noisy: boolean): Promise<void> {
    clearTimeout(this.#noisyTimer);
    if (this.#job.noisy === noisy) return;
    this.#job = { ...this.#job, noisy };
    await this.#jobs.call('setReindex', this.#job);
    if (noisy) this.#noisyTimer = setTimeout(() => void this.setNoisy(false).catch(() => undefined), NOISY_RUN_MS);
    const summary = noisy
      ? `reindex started a full rebuild with ${REINDEX.noisyConcurrency} workers`
      : 'reindex ended its full rebuild';
    this.#tellChange('job', this.environment, { service: 'reindex', job: 'reindex', summary });
  }

  async setShed(change: Partial<Shed>, actor?: ChangeActor): Promise<void> {
    this.#shed = { ...this.#shed, ...change };
    await this.#front.call('shed', this.#shed);
    this.#tellChange('config', this.environment, {
      service: 'storefront',
      summary: `storefront sheds ${this.#shed.retries} % of retries and ${this.#shed.browse} % of browsing`,
      ...by(actor),
    });
  }

  async setSlow(slow: boolean): Promise<void> {
    this.#extraMs = slow ? CATALOGUE.slowExtraMs : 0;
    await this.#catalogue.call('slow', { extraMs: this.#extraMs });
  }

  async setSurge(surging: boolean): Promise<void> {
    this.#surge = surging ? LOAD.surge : 1;
    await this.#load?.call('surge', { environment: this.environment, factor: this.#surge });
  }

  /** Puts the load at the start of the rising half of its cycle. */
  async riseLoad(): Promise<void> {
    await this.#load?.call('rising', { environment: this.environment });
  }

  /** Ends every fault's cause and its consequences: back to 4 healthy replicas of the good release and an empty queue. */
  async reset(): Promise<void> {
    await this.setNoisy(false);
    this.#job = NORMAL_JOB;
    this.#shed = NO_SHED;
    await Promise.all([
      this.#jobs.call('setReindex', this.#job),
      this.#front.call('shed', this.#shed),
      this.setSlow(false),
      this.setSurge(false),
      this.#dropRetries(),
    ]);
    this.#version = GOOD_RELEASE;
    this.#previousVersion = undefined;
    this.#desired = CHECKOUT.replicas;
    await this.replicas.scale(CHECKOUT.replicas, GOOD_RELEASE);
    for (const replica of this.replicas.all) {
      if (!replica.process.alive || replica.leaked || replica.version !== GOOD_RELEASE)
        await this.replicas.renew(replica.name, GOOD_RELEASE);
      else await this.replicas.behave(replica, { lying: false });
      if (replica.ejected) await this.replicas.eject(replica.name, false);
    }
    await this.#dropRetries();
    await this.queue.removeHalfWritten();
    await this.queue.emptyParking();
    // Checkouts that were under way may still time out between their writes during the next seconds.
    this.stopCleaning();
    this.#cleaning = [1500, 3000, 5000].map((ms) =>
      setTimeout(() => void this.queue.removeHalfWritten().catch(() => undefined), ms),
    );
  }

  async #dropRetries(): Promise<void> {
    await this.#load?.call('dropRetries', { environment: this.environment, forMs: QUIET_MS });
  }

  /** A fault that starts now must not be swept up by the cleaning of an earlier reset. */
  stopCleaning(): void {
    for (const timer of this.#cleaning) clearTimeout(timer);
    this.#cleaning = [];
  }

  /** Ends all processes. */
  async end(): Promise<void> {
    clearTimeout(this.#noisyTimer);
    this.stopCleaning();
    await Promise.all([this.#front, this.#catalogue, this.#jobs, this.replicas].map((part) => part.end()));
  }
}
