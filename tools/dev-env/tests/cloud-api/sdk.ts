import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { cam } from 'tencentcloud-sdk-nodejs/tencentcloud/services/cam/index.js';
import { sts } from 'tencentcloud-sdk-nodejs/tencentcloud/services/sts/index.js';
import { tat } from 'tencentcloud-sdk-nodejs/tencentcloud/services/tat/index.js';

/** Who calls, and how; what is absent is the SDK's default. */
export interface SdkOptions {
  /** Of the gateway: `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly secretId: string;
  readonly secretKey: string;
  /** Of temporary credentials. */
  readonly token?: string;
  readonly signMethod?: 'TC3-HMAC-SHA256' | 'HmacSHA1' | 'HmacSHA256';
  readonly reqMethod?: 'POST' | 'GET';
  readonly language?: 'zh-CN' | 'en-US';
  readonly region?: string;
  /** The authority that is believed over TLS, PEM. */
  readonly ca?: string;
}

/** The unmodified clients of Tencent Cloud's SDK for Node.js, pointed at Muster. */
export function sdkClients({
  url,
  secretId,
  secretKey,
  token,
  signMethod,
  reqMethod,
  language,
  region,
  ca,
}: SdkOptions) {
  const { protocol, host } = new URL(url);
  // with an agent of its own the SDK leaves a proxy of the environment alone
  const agent = ca === undefined ? new Agent() : new TlsAgent({ ca });
  const config = {
    credential: { secretId, secretKey, ...(token === undefined ? {} : { token }) },
    region: region ?? 'ap-guangzhou',
    profile: {
      ...(signMethod ? { signMethod } : {}),
      ...(language ? { language } : {}),
      httpProfile: { protocol: `${protocol}//`, endpoint: host, agent, ...(reqMethod ? { reqMethod } : {}) },
    },
  } as const;
  return {
    tat: new tat.v20201028.Client(config),
    cam: new cam.v20190116.Client(config),
    sts: new sts.v20180813.Client(config),
  };
}

/** The code of the refusal that a call ends in; throws when it does not. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const [outcome] = await Promise.allSettled([call]);
  if (outcome.status === 'fulfilled') throw new Error(`was answered: ${JSON.stringify(outcome.value)}`);
  const { code } = outcome.reason as { code?: string };
  if (!code) throw outcome.reason;
  return code;
}
