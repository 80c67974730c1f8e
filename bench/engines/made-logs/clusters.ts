import type { Statements } from './made-log.ts';

const HOSTS = [
  'alpha',
  'bravo',
  'charlie',
  'delta',
  'echo',
  'foxtrot',
  'golf',
  'hotel',
  'india',
  'juliet',
  'kilo',
  'lima',
];
const STATES = ['LOOKING', 'FOLLOWING', 'LEADING'];

/** Batch jobs on a cluster, in the manner of a MapReduce application master. */
export const BATCH_MASTER: Statements = [
  [40, (v) => `Progress of TaskAttempt attempt_14${v.number()}_m_00${v.number(99)}_0 is : 0.${v.number()}`],
  [8, (v) => `attempt_14${v.number()}_m_${v.number(99)}_0 TaskAttempt Transitioned from NEW to UNASSIGNED`],
  [8, (v) => `attempt_14${v.number()}_m_${v.number(99)}_0 TaskAttempt Transitioned from UNASSIGNED to ASSIGNED`],
  [8, (v) => `attempt_14${v.number()}_m_${v.number(99)}_0 TaskAttempt Transitioned from ASSIGNED to RUNNING`],
  [6, (v) => `task_14${v.number()}_m_${v.number(99)} Task Transitioned from NEW to SCHEDULED`],
  [6, (v) => `task_14${v.number()}_m_${v.number(99)} Task Transitioned from SCHEDULED to RUNNING`],
  [1, (v) => `job_14${v.number()}_0001Job Transitioned from NEW to INITED`],
  [1, (v) => `job_14${v.number()}_0001Job Transitioned from INITED to SETUP`],
  [
    3,
    (v) =>
      `Registering class org.example.app.${v.pick(['Job', 'Task', 'Attempt', 'Speculator', 'Launcher', 'Allocator', 'Cleaner', 'Commit', 'History', 'Finish'])}EventType for class org.example.app.${v.pick(['Job', 'Task', 'Attempt', 'Speculator', 'Launcher', 'Allocator', 'Cleaner', 'Commit', 'History', 'Finish'])}Dispatcher`,
  ],
  [10, (v) => `Assigned container container_${v.number()}_01_00${v.number(99)} to attempt_${v.number()}_m_0_0`],
  [4, (v) => `Launching attempt_14${v.number()}_m_000${v.number(9)}_0`],
  [4, (v) => `KILLING attempt_14${v.number()}_m_000${v.number(9)}_0`],
  [
    20,
    (v) =>
      `Retrying connect to server: ${v.skewed(HOSTS)}-sa-${v.number(50)}:8030. Already tried ${v.number(10)} time(s); retry policy is RetryUpToMaximumCountWithFixedSleep(maxRetries=10, sleepTime=1000 MILLISECONDS)`,
  ],
  [
    12,
    (v) => `Address change detected. Old: ${v.skewed(HOSTS)}-sa/${v.address()}:9000 New: ${v.skewed(HOSTS)}-sa:9000`,
  ],
  [
    12,
    (v) =>
      `Failed to renew lease for [DFSClient_NONMAPREDUCE_${v.number()}_1] for ${v.number(900)} seconds.  Will retry shortly ...`,
  ],
  [9, () => 'ERROR IN CONTACTING RM. '],
  [5, (v) => `Recalculating schedule, headroom=<memory:${v.number()}, vCores:-${v.number(9)}>`],
  [5, () => 'Reduce slow start threshold not met. completedMapsForReduceSlowstart 1'],
  [4, (v) => `Task cleanup failed for attempt attempt_14${v.number()}_m_000${v.number(9)}_0`],
  [1, (v) => `Instantiated history server at org.example.client.Handler@${v.hex(7)}`],
  [1, (v) => `Started HttpServer2$SelectChannelConnectorWithSafeStartup@0.0.0.0:${v.number(65535)}`],
  [1, () => 'jetty-6.1.26'],
  [1, () => 'Emitting job history data to the timeline server is not enabled'],
];

/** Tasks of a data engine. */
export const DATA_ENGINE: Statements = [
  [20, (v) => `Found block rdd_${v.number(50)}_${v.number(50)} locally`],
  [15, (v) => `Running task ${v.number(50)}.0 in stage ${v.number(50)}.0 (TID ${v.number()})`],
  [
    15,
    (v) =>
      `Finished task ${v.number(50)}.0 in stage ${v.number(50)}.0 (TID ${v.number()}). ${v.number(5000)} bytes result sent to driver`,
  ],
  [
    6,
    (v) =>
      `Block broadcast_${v.number(99)} stored as values in memory (estimated size ${v.number(99)}.${v.number(9)} KB, free ${v.number(500)}.${v.number(9)} KB)`,
  ],
  [
    6,
    (v) =>
      `Block broadcast_${v.number(99)}_piece0 stored as bytes in memory (estimated size ${v.number(99)}.${v.number(9)} ${v.pick(['B', 'KB', 'MB'])}, free ${v.number(500)}.${v.number(9)} ${v.pick(['KB', 'MB'])})`,
  ],
  [5, (v) => `Started reading broadcast variable ${v.number(99)}`],
  [5, (v) => `Reading broadcast variable ${v.number(99)} took ${v.number(99)} ms`],
  [5, (v) => `Input split: hdfs://${v.address()}:9000/pjhe/logs/2kSOSP.log:${v.number()}+${v.number()}`],
  [5, (v) => `Times: total = ${v.number(99)}, boot = ${v.number(99)}, init = ${v.number(99)}, finish = ${v.number(9)}`],
  [
    3,
    (v) =>
      `Saved output of task 'attempt_${v.number()}_0000_m_00${v.number(99)}_0' to hdfs://${v.address()}:9000/out/_temporary/0/task_${v.number()}`,
  ],
  [3, (v) => `attempt_${v.number()}_0000_m_00${v.number(99)}_0: Committed`],
  [2, (v) => `Getting ${v.number(9)} non-empty blocks out of ${v.number(9)} blocks`],
  [1, () => 'Changing view acls to: yarn,curi'],
  [1, () => 'Changing modify acls to: yarn,curi'],
  [
    1,
    () =>
      'SecurityManager: authentication disabled; ui acls disabled; users with view permissions: Set(yarn, curi); users with modify permissions: Set(yarn, curi)',
  ],
  [1, (v) => `Registered signal handlers for [${v.pick(['TERM, HUP, INT', 'TERM, HUP'])}]`],
  [1, () => 'Shutdown hook called'],
  [1, () => 'Driver commanded a shutdown'],
  [1, () => `Starting remoting`],
  [1, (v) => `Remoting started; listening on addresses :[akka.tcp://executor@${v.skewed(HOSTS)}:${v.number(65535)}]`],
  [1, (v) => `MemoryStore started with capacity ${v.number(20)}.${v.number(9)} GB`],
  [1, (v) => `Successfully started service 'sparkExecutorActorSystem' on port ${v.number(65535)}.`],
];

/** An ensemble that elects its leader. */
export const COORDINATOR: Statements = [
  [20, (v) => `Received connection request /${v.address()}:${v.number(65535)}`],
  [
    10,
    (v) =>
      `Notification: ${v.number(3)} (n.leader), 0x${v.hex(4)} (n.zxid), 0x${v.hex(1)} (n.round), ${v.skewed(STATES)} (n.state), ${v.number(3)} (n.sid), 0x${v.hex(1)} (n.peerEPoch), ${v.skewed(STATES)} (my state)`,
  ],
  [18, (v) => `Notification time out: ${v.number(60000)}`],
  [
    12,
    (v) => `Closed socket connection for client /${v.address()}:${v.number(65535)} (no session established for client)`,
  ],
  [
    12,
    (v) => `Closed socket connection for client /${v.address()}:${v.number(65535)} which had sessionid 0x${v.hex(16)}`,
  ],
  [14, (v) => `Accepted socket connection from /${v.address()}:${v.number(65535)}`],
  [12, (v) => `Client attempting to establish new session at /${v.address()}:${v.number(65535)}`],
  [
    10,
    (v) =>
      `Established session 0x${v.hex(16)} with negotiated timeout ${v.number(40000)} for client /${v.address()}:${v.number(65535)}`,
  ],
  [10, (v) => `Expiring session 0x${v.hex(16)}, timeout of ${v.number(40000)}ms exceeded`],
  [10, (v) => `Processed session termination for sessionid: 0x${v.hex(16)}`],
  [30, (v) => `Cannot open channel to ${v.number(4)} at election address /${v.address()}:3888`],
  [20, () => 'Interrupting SendWorker'],
  [20, () => 'Interrupted while waiting for message on queue'],
  [14, () => 'Send worker leaving thread'],
  [14, (v) => `Connection broken for id ${v.number()}, my id = ${v.number(4)}, error = `],
  [
    6,
    (v) =>
      `Got user-level KeeperException when processing sessionid:0x${v.hex(16)} type:create cxid:0x${v.hex(1)} zxid:0x${v.hex(9)} txntype:-1 reqpath:n/a Error Path:/brokers Error:KeeperErrorCode = NodeExists for /brokers`,
  ],
  [3, () => `shutdown of request processor complete`],
  [1, () => 'LOOKING'],
  [1, () => 'FOLLOWING'],
  [1, (v) => `FOLLOWING - LEADER ELECTION TOOK - ${v.number(900)}`],
  [1, (v) => `New election. My id =  ${v.number(4)}, proposed zxid=0x${v.hex(9)}`],
  [1, (v) => `Server environment:java.vendor=${v.pick(['Oracle Corporation'])}`],
  [1, () => 'Server environment:java.io.tmpdir=/tmp'],
  [1, () => 'Server environment:os.name=Linux'],
  [1, () => 'Server environment:user.home=/home/zookeeper'],
  [1, () => 'autopurge.snapRetainCount set to 3'],
];

/** Nodes of a supercomputer. */
export const SUPERCOMPUTER: Statements = [
  [30, (v) => `Component State Change: Component "alt0" is in the unavailable state (HWID=${v.number(5000)})`],
  [20, (v) => `boot (command ${v.number(5000)})`],
  [12, (v) => `Temperature (${v.number(60)}) exceeds warning threshold`],
  [
    10,
    (v) => `Fan speeds ( ${Array.from({ length: 6 }, () => v.pick([`${3000 + v.number(1000)}`, '***'])).join(' ')} )`,
  ],
  [6, (v) => `PSU status ( ${v.skewed(['on', 'off', 'failed'])} ${v.skewed(['on', 'off', 'failed'])} )`],
  [
    10,
    (v) =>
      `Link error on broadcast tree Interconnect-${v.number(9)}T0${v.number(9)}:0${v.number(9)}:${v.number(9)}:${v.number(9)}`,
  ],
  [
    8,
    (v) =>
      `NIFF: node node-${v.number(256)} has detected an available network connection on network ${v.address()} via interface alt0`,
  ],
  [
    8,
    (v) =>
      `NIFF: node node-${v.number(256)} detected a failed network connection on network ${v.address()} via interface scip0`,
  ],
  [6, (v) => `ServerFileSystem: An ServerFileSystem domain panic has occurred on storage${v.number(500)}`],
  [6, (v) => `ServerFileSystem domain storage${v.number(500)} is full`],
  [
    4,
    (v) =>
      `Targeting domains:node-D${v.number(4)} and nodes:node-[${v.number(9)}-${v.number(63)}] child of command ${v.number(5000)}`,
  ],
  [5, () => 'configured out'],
  [5, () => 'running'],
  [3, () => 'new node not responding'],
  [4, (v) => `psu failure\\ ambient=${v.number(40)}`],
  [3, (v) => `critical Temperature (${v.number(60)}) on module ${v.number(9)}`],
  [2, (v) => `halt (command ${v.number(5000)})`],
  [2, (v) => `wait (command ${v.number(5000)})`],
  [2, (v) => `ClusterFileSystem: There is no server for ServerFileSystem domain storage${v.number(500)}`],
];
