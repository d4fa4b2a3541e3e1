import * as z from 'zod';
import {
  Acceptance,
  Body,
  Description,
  ExternalRef,
  Json,
  LinkType,
  Metadata,
  Minutes,
  NoteKind,
  Percent,
  Person,
  Position,
  Priority,
  Project,
  Status,
  Tags,
  Title,
  When,
} from '../items/fields.ts';

/** What names an entry inside its file: an id of ours, or whatever the other program calls it. */
const Key = z.string().trim().min(1).max(200);

const shared = {
  id: Key,
  title: Title,
  description: Description.optional(),
  status: Status.default('pending'),
  priority: Priority.optional(),
  due_at: When.optional(),
  tags: Tags.optional(),
  metadata: Metadata.optional(),
  created_by: Person.optional(),
  created_at: When.optional(),
  started_at: When.optional(),
  completed_at: When.optional(),
  deleted_at: When.optional(),
};

const BundleGoal = z.strictObject({ ...shared, project: Project.optional() });
export type BundleGoal = z.output<typeof BundleGoal>;

const BundleTask = z.strictObject({
  ...shared,
  /** Key of a goal; a task of a bundle that names none goes to the goal the import is for. */
  goal: Key.optional(),
  /** Key of a task of the same goal. */
  parent: Key.optional(),
  defer_until: When.optional(),
  position: Position.optional(),
  estimate_minutes: Minutes.optional(),
  percent: Percent.optional(),
  acceptance: Acceptance.optional(),
  assignee: Person.optional(),
  result: Json.optional(),
  external_ref: ExternalRef.optional(),
});
export type BundleTask = z.output<typeof BundleTask>;

const BundleLink = z.strictObject({
  from: Key,
  to: Key,
  type: LinkType,
  created_by: Person.optional(),
  created_at: When.optional(),
});
export type BundleLink = z.output<typeof BundleLink>;

const BundleNote = z.strictObject({
  item: Key,
  author: Person.optional(),
  kind: NoteKind.default('note'),
  body: Body,
  created_at: When.optional(),
});
export type BundleNote = z.output<typeof BundleNote>;

export const bundleFormat = 'mcp-servers/goals';

/** The own exchange format, and what every other format is read into: parents stand before their sub-tasks. */
export const Bundle = z.strictObject({
  format: z.literal(bundleFormat),
  version: z.literal(1),
  exported_at: When.optional(),
  goals: z.array(BundleGoal).default([]),
  tasks: z.array(BundleTask).default([]),
  links: z.array(BundleLink).default([]),
  notes: z.array(BundleNote).default([]),
});
export type Bundle = z.output<typeof Bundle>;

/** Something of a file that has no place here, said to the caller and not dropped silently. */
export interface ImportWarning {
  /** Line or key, as far as it is known. */
  at?: string | undefined;
  message: string;
}

/** What a reader of a foreign format answers. */
export interface Reading {
  bundle: Bundle;
  warnings: ImportWarning[];
}
