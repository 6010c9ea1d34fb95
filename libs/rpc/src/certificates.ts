import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { experimental } from '@grpc/grpc-js';
import type { Logger } from '@muster/telemetry';

/** Files in PEM; certificate and key go together. */
export interface CertificateFiles {
  /** The certificate, and those of the authorities between it and the root. */
  readonly cert?: string;
  readonly key?: string;
  /** The authorities whose certificates are believed. */
  readonly ca?: string;
}

type Contents = { readonly [K in keyof CertificateFiles]: Buffer };

/** How often the files are read again. */
const EVERY_MS = 10_000;

/**
 * Certificates in files, for grpc-js and for servers of Node. While somebody listens the files are read again every 10 s: whoever renews a
 * certificate replaces its files, and connections that are made from then on have it. Files that do not fit together (one of them is not
 * replaced yet) change nothing. Throws an Error for people when the files cannot be used at the start.
 */
export class Certificates implements experimental.CertificateProvider {
  readonly #files: CertificateFiles;
  readonly #logger: Logger | undefined;
  readonly #everyMs: number;
  readonly #ofIdentity = new Set<experimental.IdentityCertificateUpdateListener>();
  readonly #ofCa = new Set<experimental.CaCertificateUpdateListener>();
  #now: Contents;
  #timer: NodeJS.Timeout | undefined;

  constructor(files: CertificateFiles, { logger, everyMs = EVERY_MS }: { logger?: Logger; everyMs?: number } = {}) {
    this.#files = files;
    this.#logger = logger;
    this.#everyMs = everyMs;
    try {
      this.#now = usable(map(files, (file) => readFileSync(file)));
    } catch (error) {
      const named = Object.values(files).join(', ');
      throw new Error(`the TLS files ${named} cannot be used: ${(error as Error).message}`, { cause: error });
    }
  }

  /** What is in the files, as far as it can be used. */
  get current(): Contents {
    return this.#now;
  }

  addIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#ofIdentity.add(listener);
    this.#begin();
    process.nextTick(() => this.#ofIdentity.has(listener) && listener(identity(this.#now)));
  }

  removeIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#ofIdentity.delete(listener);
    this.#endUnused();
  }

  addCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#ofCa.add(listener);
    this.#begin();
    process.nextTick(() => this.#ofCa.has(listener) && listener(authorities(this.#now)));
  }

  removeCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#ofCa.delete(listener);
    this.#endUnused();
  }

  #begin(): void {
    this.#timer ??= setInterval(() => void this.#readAgain(), this.#everyMs).unref();
  }

  #endUnused(): void {
    if (this.#ofIdentity.size + this.#ofCa.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #readAgain(): Promise<void> {
    try {
      const names = Object.keys(this.#files) as (keyof CertificateFiles)[];
      const read = await Promise.all(names.map(async (name) => [name, await readFile(this.#files[name]!)] as const));
      const found: Contents = Object.fromEntries(read);
      if (names.every((name) => found[name]!.equals(this.#now[name]!))) return;
      this.#now = usable(found);
      this.#logger?.info(this.#files, 'TLS certificates were replaced');
    } catch (error) {
      this.#logger?.warn({ err: error, ...this.#files }, 'TLS files cannot be used; those from before stay');
      return;
    }
    for (const listener of this.#ofCa) listener(authorities(this.#now));
    for (const listener of this.#ofIdentity) listener(identity(this.#now));
  }
}

function map(files: CertificateFiles, read: (file: string) => Buffer): Contents {
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, read(file)]));
}

/** Throws when key and certificate do not fit, or one of them is none. */
function usable(contents: Contents): Contents {
  createSecureContext(contents);
  return contents;
}

function identity({ cert, key }: Contents): experimental.IdentityCertificateUpdate | null {
  return cert && key ? { certificate: cert, privateKey: key } : null;
}

function authorities({ ca }: Contents): experimental.CaCertificateUpdate | null {
  return ca ? { caCertificate: ca } : null;
}
