export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  /** missing, missing_field, invalid, already_exists, unprocessable or custom (with a message). */
  readonly code: string;
  readonly message?: string;
  readonly value?: unknown;
}

/** An answer of GitHub that is no success; thrown by the model and by routes alike. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Fields beside message, documentation_url and status. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    message: string,
    more: { headers?: Record<string, string>; extra?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.status = status;
    this.headers = more.headers ?? {};
    this.extra = more.extra ?? {};
  }
}

export const notFound = (message = 'Not Found'): Refusal => new Refusal(404, message);
export const forbidden = (message: string): Refusal => new Refusal(403, message);
export const conflict = (message: string): Refusal => new Refusal(409, message);
export const unprocessable = (message: string): Refusal => new Refusal(422, message);

/** 422 "Validation Failed" with GitHub's list of errors. */
export const invalid = (...errors: readonly (FieldError | string)[]): Refusal =>
  new Refusal(422, 'Validation Failed', { extra: { errors } });

export const gitRepositoryIsEmpty = (): Refusal => conflict('Git Repository is empty.');
