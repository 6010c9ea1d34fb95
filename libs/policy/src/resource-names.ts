import { parseResourceName, type ResourceName } from './resource.ts';

/** The account segments of what is one's own: `uin/<root>` and, for COS and CAS, `uid/<appid>`. */
export type OwnAccounts = readonly [uin: string, uid: string];

/** Reads the resources of one request. They mostly differ in their last segment alone, so only that is read anew. */
export class ResourceNames {
  readonly #own: OwnAccounts;
  /** The name before, and how it began. */
  #last: ResourceName | undefined;
  #start = '';

  constructor(own: OwnAccounts) {
    this.#own = own;
  }

  /** Undefined for a name that is malformed; it never is allowed. An empty account means the own one. */
  read(text: string): ResourceName | undefined {
    if (this.#last !== undefined && text.length > this.#start.length && text.startsWith(this.#start)) {
      const { service, region, account, foreign } = this.#last;
      return { service, region, account, foreign, path: text.slice(this.#start.length) };
    }
    const name = parseResourceName(text, this.#own[0]);
    if (name === undefined) return undefined;
    const { service, region, account, path } = name;
    this.#start = text.slice(0, text.length - path.length);
    this.#last = { service, region, account, foreign: !this.#own.includes(account), path };
    return this.#last;
  }
}
