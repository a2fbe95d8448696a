/** What happens to the parts of a fleet (services, stores, the observatory), as data; how to say it is the listener's matter. */
export type FleetEvent =
  | { readonly type: 'starting'; readonly part: string }
  /** Parts that were started and do not answer yet; told when the list changes. */
  | { readonly type: 'awaited'; readonly parts: readonly string[] }
  | { readonly type: 'up'; readonly part: string; readonly ms: number }
  | {
      readonly type: 'died';
      readonly part: string;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly log: readonly string[];
    }
  | { readonly type: 'restarting'; readonly part: string; readonly delayMs: number }
  /** A source file of a part, or of a lib of it, changed, so it is being restarted. */
  | { readonly type: 'changed'; readonly part: string; readonly file: string }
  /** Every part is up. */
  | { readonly type: 'listening'; readonly urls: Readonly<Record<string, string>>; readonly ms: number }
  /** Something the user should know, such as data that lie elsewhere than asked. */
  | { readonly type: 'note'; readonly text: string };

export type OnEvent = (event: FleetEvent) => void;
