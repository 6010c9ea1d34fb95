import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Starts Chromium (`CHROMIUM_BIN`, else the system's) with a fresh folder for its data, quiet on the network. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

function findChromium(): string {
  const named = [process.env.CHROMIUM_BIN, '/usr/bin/chromium'];
  const onPath = (process.env.PATH ?? '').split(':').map((folder) => join(folder, 'chromium'));
  const found = [...named, ...onPath].find((file) => file !== undefined && existsSync(file));
  if (!found) throw new Error('these tests need Chromium: apt-get install chromium, or set CHROMIUM_BIN');
  return found;
}
