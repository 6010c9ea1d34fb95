import { type Clock, invalid, notFound, type Refusal } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import { readSecretFile } from '@muster/vault';
import { AwsV4Signer } from 'aws4fetch';
import type { Config } from './config.ts';
import { type OutputPlace, outputAddress, type StorageRules, signingRegion } from './domain/output-address.ts';

/** An unreachable storage keeps nobody waiting longer; the run is made without the look. */
const LOOK_MS = 2_000;
const LOOK_SIGNED_SECONDS = 60;

/** Where a machine puts a full output, and what people know it by. */
export interface Upload {
  /** Signed: whoever has it may write this one object. Empty where the service has no credentials (any more). */
  readonly putUrl: string;
  readonly outputUrl: string;
}

/** S3-protocol storage that takes the full output of tasks. */
export interface ObjectStorage {
  /** Bytes of each output that machines keep to put there. */
  readonly limitBytes: number;
  /**
   * Checks the bucket of a run before it is made; empty for none. Refusals: InvalidParameterValue.InvalidOutputCOSBucketUrl for a
   * bucket that this installation has no credentials for, ResourceNotFound.CosBucketNotFoundCode when the storage says that there is
   * none. A storage that does not answer, or does not let the credentials look, hinders no run: the tasks tell how their uploads went.
   */
  requireBucket(bucketUrl: string): Promise<void>;
  /** An address good for one object and this many seconds from now. */
  upload(place: OutputPlace, seconds: number): Promise<Upload>;
}

interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
}

type StorageConfig = Pick<
  Config,
  'cosSecretId' | 'cosSecretKeyFile' | 'cosRegion' | 'cosEndpoint' | 'region' | 'uploadLimitBytes'
>;

/** The storage that the settings name; throws when they do not fit together. */
export async function openObjectStorage(
  config: StorageConfig,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<ObjectStorage> {
  const { cosSecretId: secretId, cosSecretKeyFile: file, cosEndpoint, cosRegion, region } = config;
  if ((secretId === '') !== (file === '')) {
    throw new Error('MUSTER_COS_SECRET_ID and MUSTER_COS_SECRET_KEY_FILE belong together: one of them is not set');
  }
  const rules = { endpoint: cosEndpoint === '' ? undefined : new URL(cosEndpoint), region: cosRegion || region };
  const secretKey = file === '' ? '' : (await readSecretFile(file, 'secret key file')).toString().trim();
  const credentials = file === '' ? undefined : { secretId, secretKey };
  return objectStorage({ credentials, rules, limitBytes: config.uploadLimitBytes, clock, logger });
}

interface StorageParts {
  readonly credentials: Credentials | undefined;
  readonly rules: StorageRules;
  readonly limitBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

function objectStorage({ credentials, rules, limitBytes, clock, logger }: StorageParts): ObjectStorage {
  const keys = new Map<string, ArrayBuffer>();
  return {
    limitBytes,
    async requireBucket(bucketUrl) {
      if (bucketUrl === '') return;
      const region = signingRegion(bucketUrl, rules);
      if (!credentials || region === undefined) throw foreignBucket(rules, credentials !== undefined);
      const signed = { region, credentials, keys, now: clock.now(), seconds: LOOK_SIGNED_SECONDS };
      const url = await presign({ ...signed, method: 'HEAD', url: bucketUrl });
      if (!(await isMissing(url, logger))) return;
      throw notFound('ResourceNotFound.CosBucketNotFoundCode', 'bucket', bucketUrl);
    },
    async upload(place, seconds) {
      const outputUrl = outputAddress(place);
      const region = signingRegion(place.bucketUrl, rules);
      if (!credentials || region === undefined) return { putUrl: '', outputUrl };
      const signed = { region, credentials, keys, now: clock.now(), seconds };
      return { putUrl: await presign({ ...signed, method: 'PUT', url: outputUrl }), outputUrl };
    },
  };
}

/** What is signed. `keys` keeps what was derived from the secret for a day and region. */
export interface Presigned {
  readonly method: 'PUT' | 'HEAD' | 'GET';
  readonly url: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly keys: Map<string, ArrayBuffer>;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How long it is good. */
  readonly seconds: number;
}

/** The address with an AWS signature version 4 in its query; the body is not part of it. */
export async function presign({ method, url, region, credentials, keys, now, seconds }: Presigned): Promise<string> {
  const toSign = new URL(url);
  toSign.searchParams.set('X-Amz-Expires', String(seconds));
  const signer = new AwsV4Signer({
    method,
    url: toSign.href,
    accessKeyId: credentials.secretId,
    secretAccessKey: credentials.secretKey,
    service: 's3',
    region,
    cache: keys,
    datetime: new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    signQuery: true,
  });
  return (await signer.sign()).url.href;
}

/** Whether the storage says that there is no such bucket. Everything else that it says, or does not say, is left to the uploads. */
async function isMissing(url: string, logger: Logger): Promise<boolean> {
  try {
    const answer = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(LOOK_MS) });
    return answer.status === 404;
  } catch (error) {
    // the address has a signature in it
    const { host } = new URL(url);
    logger.warn(
      { host, reason: (error as Error).name },
      'the object storage did not answer; runs go on without a look',
    );
    return false;
  }
}

function foreignBucket({ endpoint }: StorageRules, configured: boolean): Refusal {
  const where = endpoint ? endpoint.origin : 'https://<bucket>-<appid>.cos.<region>.myqcloud.com';
  const what = configured
    ? `must be a bucket of ${where}, which is the storage of this installation`
    : 'cannot be used: this installation has no object storage (MUSTER_COS_SECRET_ID)';
  return invalid('InvalidParameterValue.InvalidOutputCOSBucketUrl', 'OutputCOSBucketUrl', what);
}
