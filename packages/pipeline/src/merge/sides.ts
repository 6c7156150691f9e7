/** Something in three versions: that from which both sides set out, and each side's own. */
export interface Sides<Value> {
  readonly base: Value
  readonly ours: Value
  readonly theirs: Value
}
