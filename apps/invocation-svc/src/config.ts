import { rateSettings } from '@muster/rpc';
import { clientSettings, integer, readSettings, serviceSettings, setting, text, type Values } from '@muster/telemetry';

const seconds = (fallback: number, max = 86_400) => integer({ min: 1, max, fallback });

const storageEndpoint = text('').refine(
  (given) =>
    given === '' || /^(https:\/\/[^/?#@\s]+|http:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?)\/?$/.test(given),
  'must be https://host[:port], http only for a loopback host',
);

/** The settings of invocation-svc. */
export const settings = {
  ...serviceSettings,
  ...clientSettings,
  ...rateSettings,
  dataDir: setting(
    'MUSTER_DATA_DIR',
    text(),
    'folder of the store (invocation.db), the key that signs tasks and the keys of tenants',
  ),
  masterKeyFile: setting(
    'MUSTER_MASTER_KEY_FILE',
    text(),
    '32 random bytes that encrypt hidden values; made at first start, mode 0600; keep a copy apart from the store',
  ),
  commandAddress: setting('MUSTER_COMMAND_ADDRESS', text(), 'where command-svc serves gRPC, host:port'),
  agentNatsUrl: setting(
    'MUSTER_AGENT_NATS_URL',
    text(''),
    'the bus as agents reach it, several addresses with commas between; MUSTER_NATS_URL when empty',
  ),
  natsControlCreds: setting(
    'MUSTER_NATS_CONTROL_CREDS',
    text(),
    "file with this service's credentials in the bus's system account",
  ),
  natsOperatorSigningSeed: setting(
    'MUSTER_NATS_OPERATOR_SIGNING_SEED',
    text(),
    "file with the seed of the bus operator's signing key; signs the accounts of tenants",
  ),
  natsServicesAccount: setting(
    'MUSTER_NATS_SERVICES_ACCOUNT',
    text(),
    "public key of the services' account on the bus (A...)",
  ),
  deliveryWindowSeconds: setting(
    'MUSTER_DELIVERY_WINDOW_SECONDS',
    seconds(10),
    'how long a machine may take to ask for the start before the task counts as DELIVER_DELAYED',
  ),
  deliveryDeadlineSeconds: setting(
    'MUSTER_DELIVERY_DEADLINE_SECONDS',
    seconds(60),
    'how long after it was made a task may still start; then it is DELIVER_FAILED',
  ),
  runGraceSeconds: setting(
    'MUSTER_RUN_GRACE_SECONDS',
    seconds(60),
    'how long past its timeout a task without a word is waited for; then it is TASK_TIMEOUT',
  ),
  runCatchUpSeconds: setting(
    'MUSTER_RUN_CATCH_UP_SECONDS',
    seconds(3_600),
    'how long past timeout and grace output that still arrives may keep a task open; then it is TASK_TIMEOUT all the same',
  ),
  busyPercent: setting(
    'MUSTER_BUSY_PERCENT',
    integer({ min: 10, max: 100, fallback: 60 }),
    'how much of its time this service may be busy for several accounts; beyond that each gets less of its rates, so that those who come next are served at once',
  ),
  tasksPerSecond: setting(
    'MUSTER_TASKS_PER_SECOND',
    integer({ min: 1, max: 1_000_000, fallback: 500 }),
    'how many tasks a second are sent for one account while the service has time',
  ),
  backlogOfAccount: setting(
    'MUSTER_BACKLOG_OF_ACCOUNT',
    integer({ min: 1, max: 10_000_000, fallback: 100_000 }),
    'how many tasks of an account may wait for their start, absent machines included; further runs are refused',
  ),
  backlogInAll: setting(
    'MUSTER_BACKLOG_IN_ALL',
    integer({ min: 1, max: 100_000_000, fallback: 500_000 }),
    'how many tasks of all accounts may wait for their start; further runs are refused',
  ),
  outputLimitBytes: setting(
    'MUSTER_OUTPUT_LIMIT_BYTES',
    integer({ min: 24_576, max: 1 << 30, fallback: 67_108_864 }),
    'bytes of output stored of a task, standard output and standard error together; the rest is counted',
  ),
  outputRetentionDays: setting(
    'MUSTER_OUTPUT_RETENTION_DAYS',
    integer({ min: 0, max: 36_500, fallback: 30 }),
    'days after the end of its task that output is kept; 0 for ever',
  ),
  outputMaxTotalBytes: setting(
    'MUSTER_OUTPUT_MAX_TOTAL_BYTES',
    integer({ min: 67_108_864, max: Number.MAX_SAFE_INTEGER, fallback: 10_737_418_240 }),
    'bytes of output kept in all, as stored (compressed); past it, the output of the tasks that ended first is removed',
  ),
  cosSecretId: setting(
    'MUSTER_COS_SECRET_ID',
    text(''),
    'key id for object storage that takes full output (OutputCOSBucketUrl); without one such runs are refused',
  ),
  cosSecretKeyFile: setting('MUSTER_COS_SECRET_KEY_FILE', text(''), 'file with the secret of that key, mode 0600'),
  cosEndpoint: setting(
    'MUSTER_COS_ENDPOINT',
    storageEndpoint,
    'S3-protocol storage of your own, https://host[:port]; Tencent Cloud COS when empty',
  ),
  cosRegion: setting(
    'MUSTER_COS_REGION',
    text(''),
    'region that requests to MUSTER_COS_ENDPOINT are signed for; MUSTER_REGION when empty. COS names its region in the host',
  ),
  uploadLimitBytes: setting(
    'MUSTER_UPLOAD_LIMIT_BYTES',
    integer({ min: 24_576, max: 2_147_483_648, fallback: 1_073_741_824 }),
    'bytes of each output that a machine keeps for an upload; no less than MUSTER_OUTPUT_LIMIT_BYTES are kept',
  ),
  registerCodeQuota: setting(
    'MUSTER_REGISTER_CODE_QUOTA',
    integer({ min: 1, max: 1_000_000, fallback: 5_000 }),
    'how many register codes an account may have',
  ),
  heartbeatSeconds: setting('MUSTER_HEARTBEAT_SECONDS', seconds(10), 'how often agents say that they are there'),
  offlineAfterSeconds: setting(
    'MUSTER_OFFLINE_AFTER_SECONDS',
    seconds(30),
    'how long an agent may be silent before it counts as offline',
  ),
};

export type Config = Values<typeof settings>;

/** Reads the environment; throws `WrongSettings`. */
export function readConfig(): Config {
  return readSettings(settings, process.env);
}
