import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';

/** Starts Chromium (`CHROMIUM_BIN`, else the system's) with a fresh folder for its data, quiet on the network. */
export async function startBrowser(): Promise<Browser> {
  // a third of a second to load, which whoever needs no browser is spared: most tests, and every process that they start
  const { chromium } = await import('playwright-core');
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

/** The one without windows takes half the time for the same pages; not every system has it. */
function findChromium(): string {
  if (process.env.CHROMIUM_BIN) return process.env.CHROMIUM_BIN;
  const folders = (process.env.PATH ?? '').split(':');
  const programs = ['chromium-headless-shell', 'chromium'];
  const found = programs.flatMap((program) => folders.map((folder) => join(folder, program))).find(existsSync);
  if (!found) throw new Error(`these tests need ${programs.join(' or ')} on the PATH: install it, or set CHROMIUM_BIN`);
  return found;
}
