// What goes between the page and Python, as JSON through the worker: planner/web/protocol.py answers it.

/** The answers as the form holds them, by question. */
export type Texts = Record<string, string>;

/** A part of the page: its HTML, and the digest by which Python knows what the page shows already. */
export type Part = [html: string, digest: number];
export type Parts = Record<string, Part>;
export type Digests = Record<string, number>;

/** What a request holds beside its id and the answers. */
export interface Details {
  plan: { has: Digests; before: Texts | null; open: string };
  files: { has: Digests; before: Texts | null };
  zip: object;
  file: { path: string; last: Texts | null };
  open: { kind: "link" | "file" | "example"; text: string };
  compare: { with: Texts; pool?: string };
  bring: UploadStep;
}
export type Action = keyof Details;

export type UploadStep =
  | { step: "begin" }
  | { step: "piece"; name: string; text: string; begins: boolean }
  | { step: "end" };

export interface PlanReply {
  /** Whether the answers could be planned; if not, the page keeps its plan. */
  ok: boolean;
  /** The questions to show, and those whose answers cannot be used. */
  asked: string[];
  invalid: string[];
  parts: Parts;
  /** The parts of each list, in order. */
  lists?: Record<string, string[]>;
  /** The answers as an address's fragment; null where they are too long for one. */
  link?: string | null;
  said: string;
}
export interface OpenReply {
  ok: boolean;
  texts: Texts;
  /** HTML: what could not be used. */
  words: string;
}
/** The reply to an upload's last step; those before have none of it, or `more`. */
export interface Uploaded {
  parts: Parts;
  /** Answers for the form to take. */
  texts: Texts;
  /** Answers for the form to take if the user wants them. */
  offer: Texts;
  /** Files to download, by name. */
  files: Record<string, string>;
}
export type UploadReply = Partial<Uploaded> & { more?: boolean };

export interface Replies {
  plan: PlanReply;
  files: { parts: Parts };
  zip: { ok: boolean; name: string; base64: string };
  file: { name: string; text: string };
  open: OpenReply;
  compare: { parts: Parts; said?: string };
  bring: UploadReply;
}
export type Reply = { [A in Action]: { id: number; do: A } & Replies[A] }[Action];

declare global {
  /** The theme's: reads what it keeps. */
  function __md_get(key: string): unknown;
}

/** What the worker posts; a reply's text is JSON. */
export interface WorkerMessage {
  type: "progress" | "ready" | "reply" | "failed";
  text: string;
}
