import { type Workflow, workflowsOf } from './actions.ts';
import { blobAt } from './changes.ts';
import { findCommit } from './refs.ts';
import type { Repository } from './repository.ts';
import type { State } from './state.ts';
import { filesOf } from './trees.ts';

export interface WorkflowInput {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default: string | undefined;
  readonly options: readonly string[];
}

export interface WorkflowFile {
  readonly name: string | undefined;
  readonly jobs: readonly string[];
  /** Undefined: it cannot be started by hand. */
  readonly inputs: readonly WorkflowInput[] | undefined;
}

interface Line {
  readonly indent: number;
  readonly key: string;
  readonly value: string;
}

const unquoted = (value: string) => value.replace(/^(["'])(.*)\1$/, '$2');

/** Lines of plain block YAML: keys, values, list items; comments and blank lines are gone. */
function linesOf(text: string): Line[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, space = '', key = '', value = ''] =
      /^(\s*)(-|[^\s#][^:]*)(?::|\s|$)\s*(.*?)\s*(?:\s#.*)?$/.exec(line) ?? [];
    return key === '' ? [] : [{ indent: space.length, key: unquoted(key.trim()), value: unquoted(value) }];
  });
}

/** What is nested below a line. */
function below(lines: readonly Line[], parent: Line): Line[] {
  const rest = lines.slice(lines.indexOf(parent) + 1);
  const end = rest.findIndex(({ indent, key }) => indent < parent.indent || (indent === parent.indent && key !== '-'));
  return rest.slice(0, end < 0 ? undefined : end);
}

const child = (lines: readonly Line[], key: string): Line | undefined => {
  const depth = Math.min(...lines.map(({ indent }) => indent));
  return lines.find((line) => line.indent === depth && line.key === key);
};

const nested = (lines: readonly Line[], key: string): Line[] | undefined => {
  const line = child(lines, key);
  return line && below(lines, line);
};

const keysOf = (lines: readonly Line[]): Line[] => {
  const depth = Math.min(...lines.map(({ indent }) => indent));
  return lines.filter(({ indent, key }) => indent === depth && key !== '-');
};

/** What dispatching needs to know of a workflow: the subset of YAML that workflows are written in. */
export function readWorkflow(text: string): WorkflowFile {
  const lines = linesOf(text);
  const on = child(lines, 'on');
  const triggers = on ? below(lines, on) : [];
  const listed = triggers.filter(({ key }) => key === '-').map(({ value }) => value);
  const dispatch = triggers.find(({ key }) => key === 'workflow_dispatch');
  const isManual =
    dispatch !== undefined || listed.includes('workflow_dispatch') || /\bworkflow_dispatch\b/.test(on?.value ?? '');
  const inputs = dispatch ? nested(below(triggers, dispatch), 'inputs') : undefined;
  return {
    name: child(lines, 'name')?.value,
    jobs: keysOf(nested(lines, 'jobs') ?? []).map(({ key }) => key),
    inputs: isManual ? keysOf(inputs ?? []).map((line) => inputOf(line, below(inputs ?? [], line))) : undefined,
  };
}

function inputOf({ key: name }: Line, lines: readonly Line[]): WorkflowInput {
  const inline = /^\[(.*)\]$/.exec(child(lines, 'options')?.value ?? '')?.[1];
  const options = (nested(lines, 'options') ?? []).map(({ value }) => value);
  return {
    name,
    type: child(lines, 'type')?.value ?? 'string',
    required: child(lines, 'required')?.value === 'true',
    default: child(lines, 'default')?.value,
    options: (inline?.split(',') ?? options).map((option) => unquoted(option.trim())),
  };
}

/** Workflows of the default branch and of runs, those in files kept up to date. */
export function knownWorkflows(state: State, repository: Repository): Workflow[] {
  const known = workflowsOf(repository);
  const tree = findCommit(repository, 'HEAD')?.commit.tree;
  const files = tree === undefined ? [] : [...filesOf(repository.objects, tree).keys()];
  for (const path of files.filter((name) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(name))) {
    const name = readWorkflow(blobAt(repository.objects, tree ?? '', path)?.toString('utf8') ?? '').name ?? path;
    const same = known.find((workflow) => workflow.path === path);
    if (same) same.name = name;
    else known.push({ id: state.nextId(), path, name, state: 'active', createdAt: state.now() });
  }
  return known;
}

/** The workflow as it is at a commit; undefined where the file is not there. */
export function workflowAt(repository: Repository, workflow: Workflow, ref: string): WorkflowFile | undefined {
  const commit = findCommit(repository, ref);
  const data = commit && blobAt(repository.objects, commit.commit.tree, workflow.path);
  return data && readWorkflow(data.toString('utf8'));
}
