/** Who does something, as stored with every change. */
export interface Caller {
  /** `GOALS_ACTOR`, else the client's name from the protocol, else the user name. */
  readonly actor: string;
  readonly client: string | undefined;
  /** This server process: two sessions of one person never hold one task. */
  readonly instance: string;
}
