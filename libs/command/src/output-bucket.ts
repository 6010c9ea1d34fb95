import { invalid } from '@muster/kernel';
import { characterCount, quote } from './quote.ts';

export const OUTPUT_COS_KEY_PREFIX_MAX_CHARACTERS = 60;
/** No limit of TAT's: what every proxy lets through. */
export const OUTPUT_COS_BUCKET_URL_MAX_CHARACTERS = 2048;

const COS_HOST = /^[a-z0-9][a-z0-9-]*-\d+\.cos\.[a-z0-9-]+\.myqcloud\.com$/;
const LOOPBACK_HOST = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const BUCKET_ADDRESS = /^https?:\/\/[^/]+\/?([a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/?)?$/;

/**
 * OutputCOSBucketUrl (spec section 11): `https://<bucket>-<appid>.cos.<region>.myqcloud.com`, or (Muster's own) the https address of
 * any other S3 endpoint, with the bucket in its host or as its path; plain http only for this very machine. Empty for nowhere.
 * Refusal: InvalidParameterValue.InvalidOutputCOSBucketUrl.
 */
export function checkOutputCosBucketUrl(given: string | undefined): string {
  if (!given) return '';
  const bad = (what: string) =>
    invalid('InvalidParameterValue.InvalidOutputCOSBucketUrl', 'OutputCOSBucketUrl', `${what}, was ${quote(given)}`);
  if (given.length > OUTPUT_COS_BUCKET_URL_MAX_CHARACTERS) {
    throw bad(`must be at most ${OUTPUT_COS_BUCKET_URL_MAX_CHARACTERS} characters`);
  }
  // URL parsers mend blanks, backslashes and lost slashes; an address that needs mending is a mistake
  const url = /^https?:\/\/[^/][^\s\\\p{Cc}]*$/u.test(given) ? URL.parse(given) : null;
  if (url === null) throw bad('must be an address that begins with `https://`');
  if (url.protocol === 'http:' && !LOOPBACK_HOST.test(url.hostname)) {
    throw bad('must begin with `https://` (`http://` is for loopback addresses only)');
  }
  if (url.username || url.password || /[?#]/.test(given)) {
    throw bad('must hold no credentials, `?` and `#`');
  }
  if (url.hostname.endsWith('.myqcloud.com') && (!COS_HOST.test(url.hostname) || url.pathname !== '/')) {
    throw bad('must be `https://<bucket>-<appid>.cos.<region>.myqcloud.com`');
  }
  if (!BUCKET_ADDRESS.test(given)) throw bad('must have nothing but the name of a bucket as its path');
  return given;
}

/**
 * OutputCOSKeyPrefix (spec section 11): at most 60 visible characters, folders separated by `/`; none is named `..`, none is empty. A
 * folder named `.` is refused too: addresses cannot express it. Empty for the bucket itself. Refusal:
 * InvalidParameterValue.InvalidOutputCOSKeyPrefix.
 */
export function checkOutputCosKeyPrefix(given: string | undefined): string {
  if (!given) return '';
  const bad = (what: string) => invalid('InvalidParameterValue.InvalidOutputCOSKeyPrefix', 'OutputCOSKeyPrefix', what);
  const count = characterCount(given);
  if (count > OUTPUT_COS_KEY_PREFIX_MAX_CHARACTERS) {
    throw bad(`must be at most ${OUTPUT_COS_KEY_PREFIX_MAX_CHARACTERS} characters, was ${count}`);
  }
  if (/[\p{C}\p{Z}]/u.test(given)) throw bad('must hold visible characters only, but holds others');
  if (given.startsWith('/') || given.includes('//')) {
    throw bad(`must not begin with \`/\` nor hold \`//\`, was ${quote(given)}`);
  }
  if (given.split('/').some((folder) => folder === '..' || folder === '.')) {
    throw bad(`must not name a folder \`..\` or \`.\`, was ${quote(given)}`);
  }
  return given;
}
