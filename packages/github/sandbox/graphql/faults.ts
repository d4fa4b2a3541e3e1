import { attach } from '../model/attached.ts';
import type { State } from '../model/state.ts';
import { type ErrorType, FieldRefusal } from './errors.ts';

export interface FieldFault {
  readonly type: ErrorType;
  readonly message: string;
  /** How many fields meet it; 1 unless given. */
  readonly times?: number;
}

const faultsOf = attach<Map<string, { fault: FieldFault; hits: number }>, State>('graphql faults', () => new Map());

/** Lets a field ('PullRequest.files') fail with an error of GitHub's, the rest of the answer stays. */
export function failField(state: State, field: string, fault: FieldFault): void {
  faultsOf(state).set(field, { fault, hits: 0 });
}

/** The fault that a field meets, counted. */
export function takeFieldFault(state: State, field: string): Error | undefined {
  const planted = faultsOf(state).get(field);
  if (!planted || planted.hits >= (planted.fault.times ?? 1)) return undefined;
  planted.hits += 1;
  return new FieldRefusal(planted.fault.type, planted.fault.message);
}
