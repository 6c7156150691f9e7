/** How new answers and events are pushed. */
export interface LiveOptions {
  /** Something is sent on a silent connection this often, so that neither end nor a proxy takes it for dead. @default '15s' */
  readonly heartbeat?: string
}
