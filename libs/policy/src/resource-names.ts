import { parseResourceName, type ResourceName } from './resource.ts';

/**
 * Reads the resources that one account's requests name. Requests mostly stay in one service and region, so what stands
 * before the last path is kept, and only the path is read anew.
 */
export class ResourceNames {
  readonly #own: string;
  readonly #ownByAppId: string;
  #start = '';
  #last: ResourceName | undefined;

  constructor(rootUin: string, appId: string) {
    this.#own = `uin/${rootUin}`;
    this.#ownByAppId = `uid/${appId}`;
  }

  /** Undefined for a name that is malformed; it never is allowed. An empty account means the own one. */
  read(text: string): ResourceName | undefined {
    if (this.#last !== undefined && text.length > this.#start.length && text.startsWith(this.#start)) {
      const { service, region, account, foreign } = this.#last;
      return { service, region, account, foreign, path: text.slice(this.#start.length) };
    }
    const name = parseResourceName(text, this.#own);
    if (name === undefined) return undefined;
    const { service, region, account, path } = name;
    const foreign = account !== this.#own && account !== this.#ownByAppId;
    this.#start = text.slice(0, text.length - path.length);
    this.#last = { service, region, account, foreign, path };
    return this.#last;
  }
}
