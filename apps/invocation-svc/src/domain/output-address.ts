/** Which storage an installation has credentials for: COS, or S3-protocol storage of one's own. */
export interface StorageRules {
  /** `https://host[:port]` of storage of one's own, `http` for a loopback host; undefined for COS. */
  readonly endpoint: URL | undefined;
  /** What requests to `endpoint` are signed for; COS names its region in the host. */
  readonly region: string;
}

/** Whose output goes where. */
export interface OutputPlace {
  readonly bucketUrl: string;
  /** May be empty, may end with `/`. */
  readonly keyPrefix: string;
  readonly invocationId: string;
  readonly invocationTaskId: string;
}

const COS_HOST = /^[a-z0-9-]+\.cos\.([a-z0-9-]+)\.myqcloud\.com$/;

/**
 * The region that requests to a bucket are signed for; undefined for every address that is not in the storage that the credentials are
 * for, so that nobody makes the service or a machine speak to a host of their choice. The bucket is in the host (COS has it nowhere
 * else) or is the path. Expects an address that passed `checkOutputCosBucketUrl`.
 */
export function signingRegion(bucketUrl: string, { endpoint, region }: StorageRules): string | undefined {
  const { protocol, hostname, port, host, pathname } = new URL(bucketUrl);
  if (!endpoint) return protocol === 'https:' && port === '' ? COS_HOST.exec(hostname)?.[1] : undefined;
  if (protocol !== endpoint.protocol || port !== endpoint.port) return undefined;
  const bucketInHost = hostname.endsWith(`.${endpoint.hostname}`);
  const bucketInPath = host === endpoint.host;
  return (pathname === '/' ? bucketInHost : bucketInPath) ? region : undefined;
}

/** What people know the object by: `<bucket>/<prefix>/<invocation id>/<task id>.log` (spec section 11), percent-encoded. */
export function outputAddress({ bucketUrl, keyPrefix, invocationId, invocationTaskId }: OutputPlace): string {
  const folders = [...keyPrefix.split('/'), invocationId].filter((folder) => folder !== '');
  const key = [...folders.map(encodeSegment), `${invocationTaskId}.log`];
  return [withoutEndingSlash(new URL(bucketUrl).href), ...key].join('/');
}

/** The signing rules encode these too; both sides have to agree on the same address. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function withoutEndingSlash(text: string): string {
  return text.endsWith('/') ? text.slice(0, -1) : text;
}

/** A signature may last no longer (AWS, COS). */
const SIGNED_MAX_SECONDS = 7 * 86_400;
/** Past the last moment that the script may run: the machine may be cut off, or restarting. */
const SIGNED_SPARE_SECONDS = 3_600;

/** How long the address of an upload has to be good: until the task has started at the latest moment, run as long as it may, and a while. */
export function signedSeconds(
  { deadlineAt, timeout }: { readonly deadlineAt: number | undefined; readonly timeout: number },
  now: number,
): number {
  const untilStart = Math.max(0, Math.ceil(((deadlineAt ?? now) - now) / 1_000));
  return Math.min(SIGNED_MAX_SECONDS, untilStart + timeout + SIGNED_SPARE_SECONDS);
}
