import type { Browser, Page } from 'playwright-core';

/** Somebody who looks at the console, with a browser profile of their own. The page has been nowhere yet. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  /** Errors of scripts, and breaches of the content security policy. */
  readonly complaints: string[];
  /** Where leaving the page asked; it was left nevertheless. */
  readonly departures: string[];
}

export interface VisitorOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** What an earlier sign-in left in the tab; without it the door is shut. */
  readonly session?: Record<string, string>;
}

/** Opens a page for the console at `baseURL`. */
export async function openVisitor(
  browser: Browser,
  baseURL: string,
  { width = 1440, height = 900, dark = false, session }: VisitorOptions = {},
): Promise<Visitor> {
  const profile = await browser.newContext({
    baseURL,
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    // what moves by itself is looked at nowhere, and drawing it takes most of the time
    reducedMotion: 'reduce',
    acceptDownloads: true,
    // whatever could read the clipboard without asking would be seen to do it
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await profile.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) complaints.push(message.text());
  });
  const departures: string[] = [];
  page.on('dialog', (dialog) => {
    if (dialog.type() === 'beforeunload') {
      departures.push(page.url());
      void dialog.accept();
      return;
    }
    complaints.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  if (session) await startWith(page, session);
  return { page, complaints, departures, [Symbol.asyncDispose]: () => profile.close() };
}

/** Fills the storage of the tab before its first document runs; from then on it is what the console makes of it. */
async function startWith(page: Page, session: Record<string, string>): Promise<void> {
  const filling = await page.addInitScript((entries) => {
    for (const [key, value] of Object.entries(entries)) sessionStorage.setItem(key, value);
  }, session);
  // a page that was closed meanwhile has taken it along
  page.once('domcontentloaded', () => void filling.dispose().catch(() => undefined));
}

/** Signs in as root through the form that is shown. */
export async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('User').fill('root');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Instances' }).waitFor();
}
