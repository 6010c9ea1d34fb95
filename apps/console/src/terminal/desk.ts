import { session } from '../session/session.ts';
import { onLooksChange } from './looks.ts';
import { openShells } from './open-shells.ts';
import { type TabSubject, TerminalTab } from './terminal-tab.ts';
import type { Way } from './ticket.ts';

/** The tabs, for a page that is loaded anew. */
const KEY = 'muster-terminal-tabs';

/** Every terminal of this window. They stay open while other pages are shown, and come back when this one is loaded anew. */
class Desk {
  #tabs: readonly TerminalTab[] = [];
  #active: string | undefined;
  #version = 0;
  #kept: 'unread' | 'read' = 'unread';
  readonly #listeners = new Set<() => void>();

  constructor() {
    session.subscribe(() => {
      // who signs out leaves the shells; who only has to sign in again keeps them
      if (!session.current && !session.expired) this.#leaveAll();
    });
    onLooksChange(() => this.restyle());
  }

  get tabs(): readonly TerminalTab[] {
    return this.#tabs;
  }

  get active(): TerminalTab | undefined {
    return this.#tabs.find((tab) => tab.key === this.#active);
  }

  /** Changes with everything that is to be shown. */
  readonly version = () => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Opens a tab and shows it; a session that has one already is only shown, unless it is to be driven from now on. */
  open(subject: TabSubject, way: Way): TerminalTab {
    const known =
      way.kind === 'open' ? undefined : this.#tabs.find((tab) => tab.view.sessionId === way.sessionId && !tab.isOver);
    if (known) {
      if (known.watches && way.kind !== 'watch') known.takeOver(way.kind === 'resume');
      this.show(known.key);
      return known;
    }
    const tab = new TerminalTab(subject, way, () => this.#changed());
    this.#tabs = [...this.#tabs, tab];
    this.show(tab.key);
    return tab;
  }

  show(key: string | undefined): void {
    this.#active = key;
    for (const tab of this.#tabs) tab.screen.element.dataset.shown = String(tab.key === key);
    this.active?.looked();
    this.#changed();
  }

  /** Nothing is looked at: another page is shown. */
  lookAway(): void {
    for (const tab of this.#tabs) tab.screen.element.dataset.shown = 'false';
  }

  /** Closes a tab, ending its shell when it drives one, and shows its neighbour. */
  close(key: string): void {
    const index = this.#tabs.findIndex((tab) => tab.key === key);
    const tab = this.#tabs[index];
    if (!tab) return;
    this.#tabs = this.#tabs.filter((each) => each !== tab);
    tab.close();
    if (this.#active === key) this.show((this.#tabs[index] ?? this.#tabs[index - 1])?.key);
    else this.#changed();
  }

  /** Colours or sizes have changed. */
  restyle(): void {
    for (const tab of this.#tabs) tab.restyle();
  }

  /** Comes back to the sessions that this window had before it was loaded anew. */
  restore(): void {
    if (this.#kept === 'read') return;
    this.#kept = 'read';
    for (const { way, ...subject } of keptTabs()) this.open(subject, way);
  }

  #leaveAll(): void {
    for (const tab of this.#tabs) tab.close();
    this.#tabs = [];
    this.#active = undefined;
    this.#changed();
  }

  #changed(): void {
    this.#version += 1;
    openShells.set(this.#tabs.filter((tab) => !tab.isOver && !tab.watches).length);
    const kept = this.#tabs.flatMap((tab) => (tab.wayBack ? [{ ...tab.subject, way: tab.wayBack }] : []));
    if (kept.length > 0) sessionStorage.setItem(KEY, JSON.stringify(kept));
    else sessionStorage.removeItem(KEY);
    for (const listener of [...this.#listeners]) listener();
  }
}

type Kept = TabSubject & { readonly way: Exclude<Way, { kind: 'open' }> };

function keptTabs(): readonly Kept[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isKept) : [];
  } catch {
    return [];
  }
}

function isKept(value: unknown): value is Kept {
  const { instanceId, instanceName, username, way } = (value ?? {}) as Partial<Kept>;
  const texts = [instanceId, instanceName, username, way?.sessionId];
  return texts.every((text) => typeof text === 'string') && ['resume', 'watch', 'drive'].includes(way?.kind ?? '');
}

export const desk = new Desk();
